const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** A `.npy` of format `major` with any header: the magic, the length, the header padded to 64 bytes, the data. */
export function npyOfHeader(header: string, data: ArrayBufferView, major = 1): Uint8Array {
  const fixed = major === 1 ? 10 : 12;
  const padded = `${header}${' '.repeat(63 - ((fixed + header.length) % 64))}\n`;
  const bytes = new Uint8Array(fixed + padded.length + data.byteLength);
  bytes.set([...ascii('\x93NUMPY'), major, 0, padded.length & 255, padded.length >> 8]);
  bytes.set(ascii(padded), fixed);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), fixed + padded.length);
  return bytes;
}

/** A `.npy` as np.save writes it. */
export function npy(descr: string, shape: readonly number[], data: ArrayBufferView): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  return npyOfHeader(`{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`, data);
}
