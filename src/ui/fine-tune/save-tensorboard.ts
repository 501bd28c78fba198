/** An experiment's curves for TensorBoard, as a zip to unpack into its log folder. */
import type { Experiment } from '../../storage/entries';
import { saveFile } from '../components/save-file';
import { zipped } from '../data/checkpoint-zip';
import { fileNameOf } from '../data/export-name';
import { problems } from '../problems.svelte';
import { ask } from '../studio.svelte';

/** A folder a stage with an event file in it. What goes wrong is told to the user. */
export async function saveTensorBoard({ id, name, createdAt }: Experiment): Promise<void> {
  await problems.watch(`Exporting ${name}`, async () => {
    const log = await ask.data((api) => api.experimentLog(id));
    const { tensorBoardFiles } = await import('../../experiments/tensorboard');
    const files = tensorBoardFiles(log, createdAt).map(({ path, bytes }) => ({ name: path, file: new Blob([bytes]) }));
    if (files.length === 0) throw new Error('there are no steps to show yet');
    const folder = fileNameOf(name);
    saveFile(`${folder}.tensorboard.zip`, await zipped(files, folder));
  });
}
