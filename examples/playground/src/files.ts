import type { NamedFile } from './protocol.ts';

/** More than any model or set of images that a page can work on. */
const mostBytes = 1024 * 1024 * 1024;
/** Files of one drop. */
const mostFiles = 20_000;

/** Paths of files that were dropped within a folder; a file that was picked with its folder knows its own. */
const paths = new WeakMap<File, string>();

/** The name of a file, with the folders that it was dropped in. */
export const pathOf = (file: File): string => paths.get(file) ?? (file.webkitRelativePath || file.name);

/** Throws an error in words where it is too large or cannot be read. */
export async function readFile(file: File): Promise<NamedFile> {
  if (file.size > mostBytes) {
    throw new Error(`${file.name}: it has ${(file.size / 2 ** 30).toFixed(1)} GiB: files up to 1 GiB can be opened`);
  }
  try {
    return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
  } catch {
    throw new Error(`${file.name}: it could not be read: has it changed, or is it a folder?`);
  }
}

/** Whether the browser is to decode it. */
export const isPicture = (file: File): boolean => file.type.startsWith('image/');

/** A decoded picture. Throws an error in words where the browser cannot decode it. */
export async function bitmapOf(file: File): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file);
  } catch {
    throw new Error(`${file.name}: the browser cannot decode this picture: give a PNG or a JPEG that is not damaged`);
  }
}

/** What `use` makes of a picture, whose memory is then given back. */
export async function decode<T>(file: File, use: (bitmap: ImageBitmap) => T): Promise<T> {
  const bitmap = await bitmapOf(file);
  try {
    return use(bitmap);
  } finally {
    bitmap.close();
  }
}

/** A file that lies beside the page. */
export async function fetchFile(name: string): Promise<NamedFile> {
  const response = await fetch(new URL(`./examples/${name}`, document.baseURI));
  if (!response.ok) throw new Error(`${name}: the server answered ${response.status}`);
  return { name, bytes: new Uint8Array(await response.arrayBuffer()) };
}

/** Files that are dropped on an element, those in folders included, or picked with its input. */
export function onFiles(drop: HTMLElement, input: HTMLInputElement, take: (files: readonly File[]) => void): void {
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    input.value = ''; // so that the same file can be picked again
    if (files.length > 0) take(files);
  });
  drop.addEventListener('dragover', (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
  drop.addEventListener('dragleave', () => drop.classList.remove('over'));
  drop.addEventListener('drop', (event) => {
    event.preventDefault();
    event.stopPropagation();
    drop.classList.remove('over');
    void droppedFiles(event.dataTransfer).then((files) => files.length > 0 && take(files));
  });
}

/** Entries must be asked for at once: after the event they are gone. */
async function droppedFiles(data: DataTransfer | null): Promise<File[]> {
  const plain = [...(data?.files ?? [])];
  const entries = [...(data?.items ?? [])].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (!entries.some((entry) => entry?.isDirectory)) return plain;
  const files: File[] = [];
  for (const entry of entries) if (entry) await gather(entry, '', files);
  return files;
}

/** All files in a folder, hidden ones excepted. */
async function gather(entry: FileSystemEntry, folder: string, into: File[]): Promise<void> {
  if (into.length >= mostFiles || entry.name.startsWith('.')) return;
  const path = folder + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    paths.set(file, path);
    into.push(file);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives some at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const each of some) await gather(each, `${path}/`, into);
  }
}
