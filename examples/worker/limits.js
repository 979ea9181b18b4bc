import { hungUp, tooLarge, unusable } from './http-error.js';

/** The longest body. A PNG of 320×240 pixels with alpha has at most 300 KB. */
export const maxBytes = 512 * 1024;

/** 320×240: decoding and a small network then fit the 10 ms of CPU that the free plan gives a request. */
export const maxPixels = 320 * 240;

/** Before anything is decoded: a header may promise any size. */
export function checkSize({ width, height }) {
  if (width === 0 || height === 0) throw unusable(`an image of ${width}×${height} pixels is empty`);
  if (width * height > maxPixels) {
    throw tooLarge(`an image of ${width}×${height} pixels; at most ${maxPixels} (such as 320×240) are taken`);
  }
}

/**
 * The whole body. Of one that is too long some more is read and dropped: many clients see no answer while they are still
 * sending. Beyond that it is left alone. Throws 413, and 499 where the client closes the connection first.
 */
export async function readBody(request) {
  const mostToRead = 4 * maxBytes;
  const chunks = [];
  let length = 0;
  if (!(Number(request.headers.get('content-length')) > mostToRead)) {
    for await (const chunk of piecesOf(request)) {
      length += chunk.length;
      if (length > mostToRead) break;
      if (length <= maxBytes) chunks.push(chunk);
    }
    if (length <= maxBytes) return joined(chunks, length);
  }
  throw tooLarge(`the body is longer than ${maxBytes} bytes`);
}

/** The body as it comes. Reading fails only where the client is gone. */
async function* piecesOf({ body }) {
  try {
    yield* body ?? [];
  } catch (cause) {
    throw hungUp(`the client closed the connection before the body was whole: ${cause.message}`);
  }
}

function joined(chunks, length) {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
