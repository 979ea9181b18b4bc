import { checkSize, cutOff } from './limits.ts';

/** True for what begins as a JPEG does. */
export const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

export interface JpegHeader {
  readonly channels: number;
  /** How the camera was held, by EXIF: 1 upright, 6 a quarter turn. */
  readonly orientation: number;
}

/** SOF0 to SOF15 but for tables (DHT, DAC) and the reserved JPG. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Passes over the segments to the frame's header, whose size is checked. Throws file-truncated, file-invalid, unsupported. */
export function readJpegHeader(bytes: Uint8Array, source: string): JpegHeader {
  const word = (at: number): number => (bytes[at] << 8) | bytes[at + 1];
  let orientation = 1;
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1];
    if (isFrame(marker)) {
      checkSize(word(at + 7), word(at + 5), source);
      return { channels: bytes[at + 9], orientation };
    }
    if (marker === 0xe1) orientation = orientationOf(bytes.subarray(at + 4, at + 2 + word(at + 2))) ?? orientation;
    at += marker === 0xff ? 1 : 2 + word(at + 2);
  }
  throw cutOff(source, 'a JPEG that ends before its size');
}

/** Tag 0x112 of the first directory of an EXIF segment. */
function orientationOf(segment: Uint8Array): number | undefined {
  if (String.fromCharCode(...segment.subarray(0, 6)) !== 'Exif\0\0') return undefined;
  const tiff = segment.subarray(6);
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 8) return undefined;
  const little = tiff[0] === 0x49;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return undefined;
  const entries = view.getUint16(directory, little);
  for (let i = 0, at = directory + 2; i < entries && at + 12 <= tiff.length; i++, at += 12) {
    if (view.getUint16(at, little) === 0x112) return view.getUint16(at + 8, little);
  }
  return undefined;
}
