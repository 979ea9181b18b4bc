import { LiteBlockError } from '../../../format/errors.ts';
import { checkSize, cutOff, damaged } from './limits.ts';

/** What a BMP says of its pixels. */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  /** The first row is the top one; else, as mostly, the bottom one. */
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** Where pixels begin. */
  readonly offset: number;
  /** Bits of red, green and blue in a pixel of 16 or 32 bits. */
  readonly masks: readonly [number, number, number];
  /** Blue, green, red and, but for OS/2, a byte more. */
  readonly palette: Uint8Array;
  readonly paletteStep: 3 | 4;
}

export const compressions = { none: 0, rle8: 1, rle4: 2, masks: 3, alphaMasks: 6 } as const;

/** Bits of a pixel that each form of compression may have. */
const bitsOf: Readonly<Record<number, readonly number[]>> = {
  [compressions.none]: [1, 4, 8, 16, 24, 32],
  [compressions.rle8]: [8],
  [compressions.rle4]: [4],
  [compressions.masks]: [16, 32],
  [compressions.alphaMasks]: [16, 32],
};

/** 12: OS/2; 40: Windows; 52 to 124: the same with more behind it. */
const headerSizes = [12, 40, 52, 56, 64, 108, 124];

/** Reads the headers: sizes are checked, before anything is made for them. Throws file-truncated, file-invalid, unsupported. */
export function readBmpHeader(bytes: Uint8Array, source: string): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length < 18 ? 0 : view.getUint32(14, true);
  if (bytes.length < 26 || bytes.length < 14 + size) throw cutOff(source, `${bytes.length} bytes of a BMP's headers`);
  if (!headerSizes.includes(size)) throw damaged(source, `a BMP header of ${size} bytes (${headerSizes.join(', ')})`);
  const old = size === 12;
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const signed = old ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(old ? 24 : 28, true);
  const compression = old ? compressions.none : view.getUint32(30, true);
  checkSize(width, Math.abs(signed), source);
  if (!bitsOf[compression]?.includes(bits)) {
    const what = `a BMP of ${bits} bits a pixel and compression ${compression}`;
    throw new LiteBlockError('unsupported', `${source}: ${what} (1, 4, 8, 16, 24, 32; none, RLE or masks: 0 to 3)`);
  }
  const paletteStep = old ? 3 : 4;
  const named = size >= 40 ? view.getUint32(46, true) : 0;
  const colors = bits > 8 ? 0 : Math.min(named || 1 << bits, 1 << bits);
  const masked = compression === compressions.masks || compression === compressions.alphaMasks;
  const behind = masked && size === 40 ? 12 : 0;
  const start = 14 + size + behind;
  if (bytes.length < start + colors * paletteStep) throw cutOff(source, `${bytes.length} bytes of a BMP's palette`);
  return {
    width,
    height: Math.abs(signed),
    topDown: signed < 0,
    bits,
    compression,
    offset: view.getUint32(10, true),
    masks: masked ? masksAt(view) : bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff],
    palette: bytes.subarray(start, start + colors * paletteStep),
    paletteStep,
  };
}

const masksAt = (view: DataView): [number, number, number] => [
  view.getUint32(54, true),
  view.getUint32(58, true),
  view.getUint32(62, true),
];
