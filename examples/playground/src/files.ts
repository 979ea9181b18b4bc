import type { NamedFile } from './protocol.ts';

export const readFile = async (file: File): Promise<NamedFile> => ({
  name: file.name,
  bytes: new Uint8Array(await file.arrayBuffer()),
});

/** Whether the browser is to decode it. */
export const isPicture = (file: File): boolean => file.type.startsWith('image/');

/** A file that lies beside the page. */
export async function fetchFile(name: string): Promise<NamedFile> {
  const response = await fetch(new URL(`./examples/${name}`, document.baseURI));
  if (!response.ok) throw new Error(`${name}: the server answered ${response.status}`);
  return { name, bytes: new Uint8Array(await response.arrayBuffer()) };
}

/** Files that are dropped on an element, or picked with its input. */
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
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) take(files);
  });
}
