import { LiteBlockError } from '../format/errors.ts';

/** Bytes of a `.lbm` or a bundle: themselves, an answer to a fetch, an address, or, in Node, a path. */
export type ByteSource = Uint8Array | ArrayBuffer | Response | URL | string;

/** Where a model comes from; a bundle may be a module, too. */
export type Source = ByteSource | WebAssembly.Module;

/** Reads a file of the host. Absent where there are none. */
export type ReadFile = (path: string | URL) => Promise<Uint8Array>;

/** The bytes of a model and its path or address, where it has one. */
export interface SourceBytes {
  readonly bytes: Uint8Array;
  readonly name?: string;
}

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** Web pages and XML: after a byte order mark and white space, "<" and a letter, "!" or "?". */
const looksLikeHtml = (bytes: Uint8Array): boolean => /^(ï»¿)?\s*<[!?a-z]/i.test(text(bytes.subarray(0, 64)));

/** Throws when a page arrived in place of `wanted`, as servers send for an address they do not know. */
export function refuseHtml(bytes: Uint8Array, name: string, wanted: string): void {
  if (!looksLikeHtml(bytes)) return;
  const start = text(bytes.subarray(0, 24)).replace(/[^ -~]+/g, ' ');
  throw new LiteBlockError('file-invalid', `${name}: HTML arrived where ${wanted} was wanted (it begins "${start}")`);
}

/** Throws where the bytes are something else that is often given in place of a `.lbm`. */
function refuseOthers(bytes: Uint8Array, name: string): void {
  if (bytes.length === 0) throw new LiteBlockError('file-truncated', `${name}: it is empty, a .lbm was wanted`);
  refuseHtml(bytes, name, 'a .lbm');
  if (text(bytes.subarray(4, 8)) === 'TFL3') {
    throw new LiteBlockError(
      'file-invalid',
      `${name}: this is a .tflite; compile it first: liteblock compile ${name} -o model.lbm`,
    );
  }
}

const unreadable = (name: string, why: string, cause?: unknown): LiteBlockError =>
  new LiteBlockError('file-unreadable', `${name}: ${why}`, [], { cause });

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** The body of an answer. Throws file-unreadable for a status other than 2xx or a body that breaks off. */
async function readResponse(response: Response, name = response.url || 'response'): Promise<Required<SourceBytes>> {
  if (!response.ok) throw unreadable(name, `the server answered ${response.status} ${response.statusText}`.trim());
  try {
    return { bytes: new Uint8Array(await response.arrayBuffer()), name };
  } catch (cause) {
    throw unreadable(name, `its body could not be read: ${reason(cause)}`, cause);
  }
}

/** Fetches `url`. The name is the address that answered, after redirections. Throws file-unreadable. */
export async function fetchBytes(url: URL): Promise<Required<SourceBytes>> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw unreadable(url.href, `it could not be fetched: ${reason(cause)}`, cause);
  }
  return readResponse(response, response.url || url.href);
}

async function readPath(path: string | URL, readFile: ReadFile | undefined): Promise<SourceBytes> {
  const name = String(path);
  if (!readFile) throw unreadable(name, 'this host reads no files by path; give a URL, a Response or the bytes');
  try {
    return { bytes: await readFile(path), name };
  } catch (cause) {
    const hint = /^https?:/.test(name) ? ' (a string is a path: give new URL(…) for an address)' : '';
    throw unreadable(name, `${reason(cause)}${hint}`, cause);
  }
}

/** "Uint8Array", "Response", …: the same for a value of another realm, where instanceof fails. */
export const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

async function readAny(source: ByteSource, readFile: ReadFile | undefined): Promise<SourceBytes> {
  if (typeof source === 'string') return readPath(source, readFile);
  const kind = kindOf(source);
  if (kind === 'Uint8Array') return { bytes: source as Uint8Array };
  if (kind === 'ArrayBuffer') return { bytes: new Uint8Array(source as ArrayBuffer) };
  if (kind === 'Response') return readResponse(source as Response);
  if (kind === 'URL') {
    const url = source as URL;
    return readFile && url.protocol === 'file:' ? readPath(url, readFile) : fetchBytes(url);
  }
  throw new LiteBlockError(
    'input',
    `load: ${kind} given; a model comes as Uint8Array, ArrayBuffer, Response, URL, WebAssembly.Module or, in Node, a path`,
  );
}

/** The bytes of a `.lbm` or a bundle. Throws file-unreadable, and file-invalid or file-truncated for what cannot be one. */
export async function readSource(source: ByteSource, readFile?: ReadFile): Promise<SourceBytes> {
  const read = await readAny(source, readFile);
  refuseOthers(read.bytes, read.name ?? 'model');
  return read;
}
