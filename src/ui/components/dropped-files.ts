/** The files of a drop, those inside dropped folders included. */

function entries(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const found: FileSystemEntry[] = [];
  return new Promise((resolve, reject) => {
    // A reader gives at most 100 entries a call, and none at the end.
    const more = () =>
      reader.readEntries((some) => {
        if (some.length === 0) return resolve(found);
        found.push(...some);
        more();
      }, reject);
    more();
  });
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    // As a folder picker gives it: a dropped file does not know its folder, and models are told by theirs.
    Object.defineProperty(file, 'webkitRelativePath', { value: entry.fullPath.slice(1) });
    return file.name.startsWith('.') ? [] : [file];
  }
  const inside = await entries(entry as FileSystemDirectoryEntry);
  return (await Promise.all(inside.map(filesOf))).flat();
}

/** Reads a drop; must be called in the event's own turn, before the browser takes the transfer back. */
export async function droppedFiles(transfer: DataTransfer | null): Promise<File[]> {
  if (!transfer) return [];
  const dropped = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (dropped.length === 0) return [...transfer.files];
  return (await Promise.all(dropped.map(filesOf))).flat();
}
