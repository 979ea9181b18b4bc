/** Changed copies of files, seeded: what a fuzzer gives importers and readers. */

type Random = (below: number) => number;

/** Mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const words = [0, -1, 1, 7, 255, 65_535, 65_536, 2 ** 20, 2 ** 30, 2 ** 31 - 1, -(2 ** 31)];

/** One to three of: a flipped bit, another byte, a word replaced, two words (offsets, as a rule) swapped, a truncation. */
export function mutated(file: Uint8Array, random: Random): Uint8Array {
  const bytes = Uint8Array.from(file);
  const view = new DataView(bytes.buffer);
  const word = (): number => 4 * random(bytes.length >> 2);
  for (let changes = 1 + random(3); changes > 0; changes--) {
    const [at, other] = [word(), word()];
    const kind = random(8);
    if (kind === 0) bytes[random(bytes.length)] = random(256);
    else if (kind === 1 && random(4) === 0) return bytes.slice(0, random(bytes.length));
    else if (kind < 3) bytes[random(bytes.length)] = (bytes[random(bytes.length)] as number) ^ (1 << random(8));
    else if (bytes.length < 4) continue;
    else if (kind < 6) view.setInt32(at, words[random(words.length)] as number, true);
    else {
      const moved = view.getInt32(at, true);
      view.setInt32(at, view.getInt32(other, true), true);
      view.setInt32(other, moved, true);
    }
  }
  return bytes;
}

const sizes = [1, 2, 3, 7, 31, 1000, 4096, 30_000, 65_521, 65_535, 65_536, 2 ** 20, 2 ** 31 - 1, 0, -1];

/** One size of one shape replaced, wherever in the file that shape stands: what is behind it often still fits. */
export function resized(file: Uint8Array, shapes: readonly (readonly number[])[], random: Random): Uint8Array {
  const bytes = Uint8Array.from(file);
  const view = new DataView(bytes.buffer);
  const shape = shapes[random(shapes.length)];
  if (!shape || shape.length === 0) return bytes;
  const before = [shape.length, ...shape];
  const after = [...before];
  after[1 + random(shape.length)] = sizes[random(sizes.length)] as number;
  for (let at = 0; at + 4 * before.length <= bytes.length; at += 4) {
    if (!before.every((value, i) => view.getInt32(at + 4 * i, true) === value)) continue;
    for (const [i, value] of after.entries()) view.setInt32(at + 4 * i, value, true);
  }
  return bytes;
}

/** A number of JSON replaced by another wherever it stands. */
export function renumbered(json: string, random: Random): string {
  const numbers = [...new Set(json.match(/(?<=[:[,]\s*)\d+(?=\s*[,}\]])/g) ?? [])];
  const old = numbers[random(numbers.length)];
  const to = [0, 1, 3, 8, 64, 300, 4000, 65_535, 1e9][random(9)];
  return old === undefined ? json : json.replace(new RegExp(`(?<=[:[,]\\s*)${old}(?=\\s*[,}\\]])`, 'g'), `${to}`);
}
