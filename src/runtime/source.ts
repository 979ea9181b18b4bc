import { kindOf } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import { fetchBytes, type OnProgress, readResponse, reason, unreadable } from './download.ts';

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
  throw new LiteBlockError('file-invalid', `${name}: expected ${wanted}, got an HTML page (it begins "${start}")`);
}

/** Throws where the bytes are something else that is often given in place of a `.lbm`. */
function refuseOthers(bytes: Uint8Array, name: string): void {
  if (bytes.length === 0) throw new LiteBlockError('file-truncated', `${name}: it is empty; expected a .lbm`);
  refuseHtml(bytes, name, 'a .lbm');
  if (/^(PK|\s*\{)/.test(text(bytes.subarray(0, 8)))) {
    throw new LiteBlockError(
      'file-invalid',
      `${name}: expected a .lbm; liteblock quantize makes it of a .pt2 or network.json`,
    );
  }
  if (text(bytes.subarray(4, 8)) === 'TFL3') {
    throw new LiteBlockError(
      'file-invalid',
      `${name}: this is a .tflite; compile it first: liteblock compile ${name} -o model.lbm`,
    );
  }
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

async function readAny(source: ByteSource, { readFile, onProgress }: Reading): Promise<SourceBytes> {
  if (typeof source === 'string') return readPath(source, readFile);
  const kind = kindOf(source);
  if (kind === 'Uint8Array') return { bytes: source as Uint8Array };
  if (kind === 'ArrayBuffer') return { bytes: new Uint8Array(source as ArrayBuffer) };
  if (kind === 'Response') return readResponse(source as Response, onProgress);
  if (kind === 'URL') {
    const url = source as URL;
    return readFile && url.protocol === 'file:' ? readPath(url, readFile) : fetchBytes(url, onProgress);
  }
  throw new LiteBlockError(
    'input',
    `load: expected a model as Uint8Array, ArrayBuffer, Response, URL, WebAssembly.Module or, in Node, a path, got ${kind}`,
  );
}

/** How bytes are come by: what the host can do, and what the caller wants to hear. */
export interface Reading {
  readonly readFile?: ReadFile | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** The bytes of a `.lbm` or a bundle. Throws file-unreadable, and file-invalid or file-truncated for what cannot be one. */
export async function readSource(source: ByteSource, reading: Reading = {}): Promise<SourceBytes> {
  const read = await readAny(source, reading);
  refuseOthers(read.bytes, read.name ?? 'model');
  return read;
}
