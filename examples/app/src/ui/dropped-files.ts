/** Files dropped anywhere on the page, folders among them: a trained model is one. */

/** @returns ends it */
export function listenForDrops(target: Window, open: (files: readonly File[]) => void): () => void {
  const over = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    document.body.dataset.dragging = "";
  };
  const leave = (event: DragEvent) => {
    if (event.relatedTarget === null) delete document.body.dataset.dragging;
  };
  const drop = (event: DragEvent) => {
    delete document.body.dataset.dragging;
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    collectFiles(event.dataTransfer).then(open);
  };
  target.addEventListener("dragover", over);
  target.addEventListener("dragleave", leave);
  target.addEventListener("drop", drop);
  return () => {
    target.removeEventListener("dragover", over);
    target.removeEventListener("dragleave", leave);
    target.removeEventListener("drop", drop);
  };
}

/** The files, and those that lie in folders dropped. Entries are gone after the first wait: all are taken before. */
async function collectFiles(dropped: DataTransfer): Promise<File[]> {
  const entries = Array.from(dropped.items, (item) => item.webkitGetAsEntry?.() ?? undefined);
  const files = Array.from(dropped.files);
  const folders = entries.filter((entry) => entry?.isDirectory) as FileSystemDirectoryEntry[];
  if (folders.length === 0) return files;
  const names = new Set(folders.map(({ name }) => name));
  const inFolders = await Promise.all(folders.map(listFolder));
  return [...files.filter(({ name }) => !names.has(name)), ...inFolders.flat()];
}

async function listFolder(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
    folder.createReader().readEntries(resolve, reject),
  );
  const files = entries.filter(({ isFile }) => isFile) as FileSystemFileEntry[];
  return Promise.all(
    files.map((entry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject))),
  );
}
