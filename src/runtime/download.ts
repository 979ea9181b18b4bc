import { LiteBlockError } from '../format/errors.ts';

/** Told of a download as it comes: bytes so far, and how many there will be, where the server says so. */
export type OnProgress = (loadedBytes: number, totalBytes: number | undefined) => void;

/** What arrived, and the address that answered, after redirections. */
export interface Download {
  readonly bytes: Uint8Array;
  readonly name: string;
}

export const unreadable = (name: string, why: string, cause?: unknown): LiteBlockError =>
  new LiteBlockError('file-unreadable', `${name}: ${why}`, [], { cause });

export const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** The body of an answer. Throws file-unreadable for a status other than 2xx or a body that breaks off. */
export async function readResponse(
  response: Response,
  onProgress?: OnProgress,
  name = response.url || 'response',
): Promise<Download> {
  if (!response.ok) throw unreadable(name, `the server answered ${response.status} ${response.statusText}`.trim());
  const broken = (cause: unknown) => unreadable(name, `its body could not be read: ${reason(cause)}`, cause);
  if (onProgress) return { bytes: await readInPieces(response, onProgress, broken), name };
  try {
    return { bytes: new Uint8Array(await response.arrayBuffer()), name };
  } catch (cause) {
    throw broken(cause);
  }
}

/** The body, reported as it comes, at least once. */
async function readInPieces(
  response: Response,
  onProgress: OnProgress,
  broken: (cause: unknown) => LiteBlockError,
): Promise<Uint8Array> {
  if (response.bodyUsed) throw broken('it was read before');
  const reader = response.body?.getReader();
  const total = announced(response.headers);
  const pieces: Uint8Array[] = [];
  let loaded = 0;
  try {
    onProgress(0, total);
    for (;;) {
      const piece = await reader?.read().catch((cause: unknown) => Promise.reject(broken(cause)));
      if (!piece?.value) break;
      pieces.push(piece.value);
      loaded += piece.value.length;
      onProgress(loaded, total !== undefined && total >= loaded ? total : undefined);
    }
  } catch (cause) {
    reader?.cancel().catch(() => undefined); // nobody waits for the rest
    throw cause;
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** Of a compressed body the length is announced as it is on the way, which is not what arrives here. */
function announced(headers: Headers): number | undefined {
  const length = headers.get('content-encoding') ? undefined : headers.get('content-length');
  return length ? Number(length) : undefined;
}

/** Fetches `url`. The name is the address that answered, after redirections. Throws file-unreadable. */
export async function fetchBytes(url: URL, onProgress?: OnProgress): Promise<Download> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw unreadable(url.href, `it could not be fetched: ${reason(cause)}`, cause);
  }
  return readResponse(response, onProgress, response.url || url.href);
}
