/** An experiment as a Lightning IR project, as a zip. */
import type { RunRequest } from '../../../workers/protocol';
import { saveFile } from '../components/save-file';
import { zipped } from '../data/checkpoint-zip';
import { fileNameOf } from '../data/export-name';
import { problems } from '../problems.svelte';
import { studio } from '../studio.svelte';

/** Resolves when the download has begun; what goes wrong is told to the user. */
export async function saveProject(request: RunRequest, name: string): Promise<void> {
  await problems.watch(`Exporting ${name}`, async () => {
    for await (const event of studio.data.read(studio.data.api.exportProject(request))) {
      if (event.type !== 'done') continue;
      const folder = fileNameOf(name);
      saveFile(`${folder}.lightning-ir.zip`, await zipped(event.files, folder));
    }
  });
}
