import { type OnProgress, readResponse } from '../../../src/runtime/download.ts';
import type { NamedFile } from './protocol.ts';

/** Models that a link opens are small; the device may be, too. */
const mostBytes = 256 * 1024 * 1024;

/** A network.json and its weights are two. */
const mostFiles = 2;

/**
 * The addresses that a page's own address names: `?model=URL`, twice for a network.json and its .safetensors. Relative ones
 * are relative to the page. Throws an error in words if the text is not the address of a file on a server.
 */
export function modelAddresses(page: string): URL[] {
  const named = new URL(page).searchParams.getAll('model').filter((address) => address !== '');
  if (named.length > mostFiles)
    throw new Error(`?model= is there ${named.length} times: name at most ${mostFiles} files`);
  return named.map((address) => {
    const url = URL.canParse(address, page) ? new URL(address, page) : undefined;
    const shown = address.length > 100 ? `${address.slice(0, 100)} …` : address;
    if (!url || !['http:', 'https:'].includes(url.protocol)) {
      throw new Error(`?model=${shown}: give an address that begins with https:// or http://, or a relative one`);
    }
    if (url.username || url.password)
      throw new Error(`?model=${shown}: give an address without a user name or password`);
    return url;
  });
}

const nameOf = ({ pathname, hostname }: URL): string => {
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last) || hostname;
  } catch {
    return last;
  }
};

/** Fetches a file by its address. Throws an error in words; the reason for a refusal by a browser is not told to pages. */
export async function fetchModel(url: URL, signal: AbortSignal, onProgress: OnProgress): Promise<NamedFile> {
  let response: Response;
  try {
    response = await fetch(url, { signal, credentials: 'omit', referrerPolicy: 'no-referrer' });
  } catch (cause) {
    if (signal.aborted) throw cause;
    const why =
      'its server cannot be reached, does not allow other pages to read it (CORS), or sends the page elsewhere';
    throw new Error(`${url.href}: it could not be fetched: ${why}`);
  }
  const bounded: OnProgress = (loaded, total) => {
    if (Math.max(loaded, total ?? 0) > mostBytes) {
      throw new Error(
        `${url.href}: it is larger than ${mostBytes >> 20} MiB, the most that an address may bring: download it and open the file`,
      );
    }
    onProgress(loaded, total);
  };
  const { bytes } = await readResponse(response, bounded);
  if (bytes.length === 0) throw new Error(`${url.href}: the file is empty`);
  return { name: nameOf(url), bytes };
}
