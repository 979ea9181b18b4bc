import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inspect } from '../../src/analyze/inspect.ts';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { importSeeded } from '../../src/compiler/import-network.ts';
import { crc32 } from '../../src/format/crc32.ts';
import { LiteBlockError } from '../../src/format/errors.ts';
import { readHeader, readModel } from '../../src/format/read.ts';
import { isFloat } from '../../src/graph/graph.ts';
import { readNpy } from '../../src/import/npy/read-npy.ts';
import { readSafetensors } from '../../src/import/safetensors/read-safetensors.ts';
import { readTflite } from '../../src/import/tflite/model.ts';
import { assumedRanges } from '../../src/quantize/assumed-ranges.ts';
import { quantize } from '../../src/quantize/quantize.ts';
import { mutated, renumbered, resized, seededRandom } from '../support/mutations.ts';
import { npy } from '../support/npy.ts';

/** Files of the test data and the examples of up to 40 kB. */
const filesOf = (suffix: string): string[] =>
  ['test/data', 'examples/networks']
    .flatMap((root) => readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => `${root}/${path}`))
    .filter((path) => path.endsWith(suffix) && statSync(path).size < 40_000)
    .sort();

function compileWhatItIs(bytes: Uint8Array): void {
  const graph = importModel(bytes, 'm.tflite');
  if (isFloat(graph)) return;
  const compiled = compile(graph);
  inspect(readModel(compiled.bytes, 'm'), readHeader(compiled.bytes, 'm'));
}

/** The shapes in a file; none of one that is refused. */
function shapesOf(file: Uint8Array): readonly (readonly number[])[] {
  try {
    return readTflite(file, 'm').tensors.map(({ shape }) => shape);
  } catch (error) {
    if (error instanceof LiteBlockError) return [];
    throw error;
  }
}

/** Runs changed copies of files: each succeeds or throws a LiteBlockError. Returns how often each came about. */
function fuzz(
  files: readonly string[],
  rounds: number,
  change: (file: Uint8Array, random: (below: number) => number) => Uint8Array,
  run: (bytes: Uint8Array) => void,
): Map<string, number> {
  const outcomes = new Map<string, number>();
  const random = seededRandom(rounds);
  const contents = files.map((path) => new Uint8Array(readFileSync(path)));
  for (let round = 0; round < rounds; round++) {
    const i = random(files.length);
    const bytes = change(contents[i] as Uint8Array, random);
    const before = process.cpuUsage().user;
    let outcome = 'ok';
    try {
      run(bytes);
    } catch (error) {
      if (!(error instanceof LiteBlockError)) throw new Error(`round ${round}, ${files[i]}`, { cause: error });
      outcome = error.code;
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    expect(process.cpuUsage().user - before, `microseconds of round ${round}, ${files[i]}`).toBeLessThan(4_000_000);
  }
  return outcomes;
}

describe('a changed copy of any file succeeds or is refused with a code, in bounded time', () => {
  it('.tflite, bytes and words', () => {
    const outcomes = fuzz(filesOf('.tflite'), 1500, mutated, compileWhatItIs);
    expect([...outcomes.keys()]).toEqual(expect.arrayContaining(['ok', 'file-invalid', 'file-truncated']));
  });

  it('.tflite, sizes of shapes', () => {
    const outcomes = fuzz(
      filesOf('.tflite'),
      1000,
      (file, random) => resized(file, shapesOf(file), random),
      compileWhatItIs,
    );
    expect([...outcomes.keys()]).toEqual(expect.arrayContaining(['ok', 'unsupported']));
  });

  it('network.json', () => {
    const outcomes = fuzz(
      filesOf('.json').filter((path) => path.includes('networks') || path.includes('hostile')),
      40,
      (file, random) => new TextEncoder().encode(renumbered(new TextDecoder().decode(file), random)),
      (bytes) => {
        const graph = importSeeded(new TextDecoder().decode(bytes), 1);
        compile(quantize(graph, [[new Float32Array(0)]], { method: 'min-max', evaluate: assumedRanges }).graph);
      },
    );
    expect([...outcomes.keys()]).toEqual(expect.arrayContaining(['ok', 'graph-invalid']));
  });

  it('.safetensors and .npy', () => {
    const tensors = fuzz(filesOf('.safetensors'), 1500, mutated, (bytes) => void readSafetensors(bytes, 'w'));
    expect([...tensors.keys()]).toEqual(expect.arrayContaining(['ok', 'file-invalid']));
    const file = npy(
      '|u1',
      [1, 8, 8],
      Uint8Array.from({ length: 64 }, (_, i) => i),
    );
    const random = seededRandom(3);
    let read = 0;
    for (let round = 0; round < 2000; round++) {
      try {
        readNpy(mutated(file, random), 'n');
        read++;
      } catch (error) {
        expect(error).toBeInstanceOf(LiteBlockError);
      }
    }
    expect(read).toBeGreaterThan(100);
  });

  it('.lbm, with a checksum that fits', () => {
    const lbm = compile(importModel(readFileSync('test/data/litenet_digits/litenet_digits_int8.tflite'), 'm')).bytes;
    const random = seededRandom(4);
    let read = 0;
    for (let round = 0; round < 1500; round++) {
      const bytes = mutated(lbm, random);
      if (bytes.length < 64) continue;
      new DataView(bytes.buffer).setUint32(8, bytes.length, true);
      new DataView(bytes.buffer).setUint32(12, crc32(bytes.subarray(16)), true);
      try {
        inspect(readModel(bytes, 'm'), readHeader(bytes, 'm'));
        read++;
      } catch (error) {
        expect(error).toBeInstanceOf(LiteBlockError);
      }
    }
    expect(read).toBeGreaterThan(100);
  });
});
