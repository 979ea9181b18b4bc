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

/**
 * What an error says, and what the errors behind it say: "fetch failed" alone is all that Node's fetch says of a refused
 * connection. At most four, since an error may be its own cause.
 */
export function reason(cause: unknown, depth = 0): string {
  if (!(cause instanceof Error)) return String(cause);
  const [first]: unknown[] = cause instanceof AggregateError ? cause.errors : [];
  const inner = depth < 3 ? (cause.cause ?? first) : undefined;
  return [cause.message, inner === undefined ? '' : reason(inner, depth + 1)].filter(Boolean).join(': ') || cause.name;
}

/** What to do about a status other than 2xx. */
function advice(status: number): string {
  if (status === 0) return 'a page may not read it without CORS';
  if (status === 401 || status === 403) return 'log in: fetch it yourself and pass the Response';
  return status < 500 ? 'is the address right?' : 'try again later';
}

/**
 * The body of an answer. Throws file-unreadable for a status other than 2xx, a body that breaks off, and one that was read
 * before or that somebody else reads.
 */
export async function readResponse(
  response: Response,
  onProgress?: OnProgress,
  name = response.url || 'response',
): Promise<Download> {
  const { status, statusText } = response;
  if (!response.ok)
    throw unreadable(name, `the server answered ${`${status} ${statusText}`.trim()} (${advice(status)})`);
  const broken = (cause: unknown) => unreadable(name, `its body could not be read: ${reason(cause)}`, cause);
  const taken = response.bodyUsed ? 'it was read before' : response.body?.locked && 'another reader has locked it';
  if (taken) throw broken(`${taken} (give a clone of the Response)`);
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
  const reader = response.body?.getReader();
  const total = announced(response.headers);
  const pieces: Uint8Array[] = [];
  let loaded = 0;
  try {
    onProgress(0, total);
    for (;;) {
      const piece = await reader?.read().catch((cause: unknown) => Promise.reject(broken(cause)));
      if (!piece || piece.done) break;
      if (!ArrayBuffer.isView(piece.value)) throw broken('a piece of it is not a Uint8Array');
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
    // Browsers say no more than that it failed.
    const why = cause instanceof Error && cause.cause ? '' : ' (is the server up, does it allow CORS?)';
    throw unreadable(url.href, `it could not be fetched: ${reason(cause)}${why}`, cause);
  }
  return readResponse(response, onProgress, response.url || url.href);
}
