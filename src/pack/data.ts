import { alignment } from '../format/model-file.ts';
import type { PackContext } from '../graph/op.ts';

/** The data section as it grows. */
export interface DataSection extends PackContext {
  bytes(): Uint8Array;
}

/** FNV-1a, 32 bits: only to find candidates, which are then compared. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return hash;
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** Pieces follow one another at multiples of 16; a piece that is there already is not stored again. */
export function dataSection(): DataSection {
  const pieces: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  const byHash = new Map<number, { readonly at: number; readonly bytes: Uint8Array }[]>();
  let end = 0;
  return {
    data(view) {
      // A copy: the caller may go on to change its array.
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
      const hash = hashOf(bytes);
      const candidates = byHash.get(hash) ?? [];
      const known = candidates.find((piece) => equal(piece.bytes, bytes));
      if (known) return known.at;
      const piece = { at: end, bytes };
      pieces.push(piece);
      byHash.set(hash, [...candidates, piece]);
      end += Math.ceil(bytes.length / alignment) * alignment;
      return piece.at;
    },
    bytes() {
      const section = new Uint8Array(end);
      for (const { at, bytes } of pieces) section.set(bytes, at);
      return section;
    },
  };
}
