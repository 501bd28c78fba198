import type { Download, DownloadedFile } from '../storage/entries';

/** Bytes of a file that have arrived. */
export const bytesStored = ({ pieces }: DownloadedFile) => pieces.reduce((sum, bytes) => sum + bytes, 0);

/** Bytes of a download that have arrived. */
export const downloadedBytes = ({ files }: Download) => files.reduce((sum, file) => sum + bytesStored(file), 0);

/** Bytes of a download in all. */
export const totalBytes = ({ files }: Pick<Download, 'files'>) => files.reduce((sum, { bytes }) => sum + bytes, 0);
