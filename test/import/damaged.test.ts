import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Builder } from 'flatbuffers';
import { expect, it } from 'vitest';
import { importModel } from '../../src/compiler/import-model.ts';
import { LiteBlockError } from '../../src/format/errors.ts';
import { writeTflite } from './write-tflite.ts';

const data = fileURLToPath(new URL('../data/', import.meta.url));
const file = readFileSync(`${data}litenet_digits/litenet_digits_int8.tflite`);

/** The code of the error, '' when a graph comes out; any other exception is thrown on. */
function codeOf(bytes: Uint8Array): string {
  try {
    importModel(bytes, 'x.tflite');
    return '';
  } catch (error) {
    if (error instanceof LiteBlockError) return error.code;
    throw error;
  }
}

it('says of every shorter file that it is truncated or damaged', () => {
  const codes = new Set<string>();
  for (let length = 0; length < file.length; length += 7) codes.add(codeOf(file.subarray(0, length)));
  expect([...codes].filter((code) => !code.startsWith('file-'))).toEqual([]);
});

/** Imports copies of a file with one to four bytes changed. */
function flipped(file: Uint8Array): void {
  let seed = file.length;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (let round = 0; round < 1500; round++) {
    const bytes = Uint8Array.from(file);
    for (let flips = 1 + random(4); flips > 0; flips--) bytes[random(bytes.length)] = random(256);
    codeOf(bytes);
  }
}

it('survives flipped bytes, with a graph or an error of its own', () => {
  for (const name of ['conv_3x3_s1_same', 'add_broadcast_channel', 'mean_hw_nokeep_sameq', 'pad_asym', 'fc_nobias']) {
    const small = readFileSync(`${data}ops/${name}.tflite`);
    flipped(small);
  }
});

it('survives flipped bytes in a model of float16 weights', () => {
  const tensors = [
    { shape: [1, 2, 2, 2], type: 'float32' },
    { shape: [2, 1, 1, 2], type: 'float16', bytes: Uint8Array.of(0, 60, 0, 64, 1, 0, 0, 124) },
    { shape: [2, 1, 1, 2], type: 'float32' },
    { shape: [1, 2, 2, 2], type: 'float32' },
  ] as const;
  const options = [0, 1, 2].map((slot) => [slot, slot === 0 ? 'int8' : 'int32', 1] as const);
  const operators = [
    { name: 'DEQUANTIZE', inputs: [1], outputs: [2] },
    { name: 'CONV_2D', inputs: [0, 2], outputs: [3], optionsType: 1, options },
  ];
  const model = writeTflite({ tensors, operators, inputs: [0], outputs: [3] });
  expect(codeOf(model)).toBe('');
  flipped(model);
});

it('survives 32-bit lengths and offsets of every value that hurts', () => {
  const small = readFileSync(`${data}ops/conv_3x3_s1_same.tflite`);
  for (let at = 8; at + 4 <= small.length; at += 4) {
    for (const value of [0xffffffff, 0x7fffffff, 0x80000000, 0x00ffffff]) {
      const bytes = Uint8Array.from(small);
      new DataView(bytes.buffer).setUint32(at, value, true);
      codeOf(bytes);
    }
  }
});

it('says that a file shorter than its header is truncated', () => {
  expect(codeOf(new Uint8Array())).toBe('file-truncated');
  expect(codeOf(file.subarray(0, 8))).toBe('file-truncated');
});

it('does not read the same bytes over and over', () => {
  // 200,000 tensors that are all the same one, with a name of a megabyte.
  const b = new Builder(1024);
  const name = b.createString('x'.repeat(2 ** 20));
  b.startObject(4);
  b.addFieldOffset(3, name, 0);
  const tensor = b.endObject();
  b.startVector(4, 200000, 4);
  for (let i = 0; i < 200000; i++) b.addOffset(tensor);
  const tensors = b.endVector();
  b.startObject(1);
  b.addFieldOffset(0, tensors, 0);
  const graph = b.endObject();
  b.startVector(4, 1, 4);
  b.addOffset(graph);
  const graphs = b.endVector();
  b.startObject(3);
  b.addFieldInt32(0, 3, 0);
  b.addFieldOffset(2, graphs, 0);
  b.finish(b.endObject(), 'TFL3');
  expect(() => importModel(b.asUint8Array(), 'x')).toThrow(/overlap/);
});

it('names the file', () => {
  expect(() => importModel(file.subarray(0, 4000), 'digits.tflite')).toThrow(/^digits\.tflite: .*(truncated|damaged)/);
});
