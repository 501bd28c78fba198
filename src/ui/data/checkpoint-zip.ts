/** A checkpoint as one zip of its files, stored: weights don't compress. */

/** `files` below a folder of the given name, chunk by chunk, so that the page stays free. */
export async function zipped(files: { name: string; file: Blob }[], folder: string): Promise<Blob> {
  const { Zip, ZipPassThrough } = await import('fflate');
  const parts: Blob[] = [];
  let failed: Error | undefined;
  const zip = new Zip((error, chunk) => {
    if (error) failed = error;
    // A Blob may lie on the disk, an array may not.
    else parts.push(new Blob([chunk as Uint8Array<ArrayBuffer>]));
  });
  for (const { name, file } of files) {
    const entry = new ZipPassThrough(`${folder}/${name}`);
    zip.add(entry);
    const reader = file.stream().getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      entry.push(value.slice());
    }
    entry.push(new Uint8Array(0), true);
  }
  zip.end();
  if (failed) throw failed;
  return new Blob(parts, { type: 'application/zip' });
}
