import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { importModel } from '../../src/compiler/import-model.ts';
import { LiteBlockError } from '../../src/format/errors.ts';
import { isFloat } from '../../src/graph/graph.ts';
import { isSafetensors } from '../../src/jobs/file-start.ts';
import { modelKind } from '../../src/jobs/model-kind.ts';
import { writeTflite } from '../import/write-tflite.ts';

const models = readdirSync('test/data', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.tflite'))
  .map((name) => join('test/data', name));

/** What an import has to say; undefined where it refuses the file. */
function imported(bytes: Uint8Array, path: string): 'float' | 'int8' | undefined {
  try {
    return isFloat(importModel(bytes, path)) ? 'float' : 'int8';
  } catch (error) {
    if (error instanceof LiteBlockError) return undefined;
    throw error;
  }
}

it('recognises every .tflite by its bytes as an import does', () => {
  const kinds = models.flatMap((path) => {
    const bytes = new Uint8Array(readFileSync(path));
    const kind = imported(bytes, path);
    return kind ? [{ path, kind, told: modelKind(bytes, path) }] : [];
  });
  expect(kinds.filter(({ kind, told }) => kind !== told)).toEqual([]);
  expect(kinds.filter(({ kind }) => kind === 'float').length).toBeGreaterThan(2);
  expect(kinds.filter(({ kind }) => kind === 'int8').length).toBeGreaterThan(3);
});

const digits = 'test/data/litenet_digits/';
const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(path));

it('knows a .lbm and a network.json by their first bytes, and leaves what it does not know to the importer', () => {
  const text = (words: string): Uint8Array => new TextEncoder().encode(words);
  expect(modelKind(text('LBM\0'), 'm')).toBe('lbm');
  expect(modelKind(bytesOf('examples/networks/litenet-digits.json'), 'm')).toBe('network');
  expect(modelKind(text('\n  { "layers": [] }'), 'm')).toBe('network');
  expect(modelKind(text('what is this?'), 'm')).toBe('int8');
  expect(modelKind(new Uint8Array(0), 'm')).toBe('int8');
});

it('knows weights by their first bytes', () => {
  expect(isSafetensors(bytesOf(`${digits}litenet_digits.safetensors`))).toBe(true);
  expect(isSafetensors(bytesOf(`${digits}litenet_digits_float.tflite`))).toBe(false);
  expect(isSafetensors(bytesOf('examples/networks/litenet-digits.json'))).toBe(false);
});

it.each(['float32', 'int8'] as const)('knows the type of a .tflite of %s that cannot be imported', (type) => {
  const tensor = { shape: [1, 2, 2, 1], type, ...(type === 'int8' && { scale: [0.5], zeroPoint: [0] }) };
  const operators = [{ name: 'COS', inputs: [0], outputs: [1] }];
  const bytes = writeTflite({ tensors: [tensor, tensor], operators, inputs: [0], outputs: [1] });
  expect(() => importModel(bytes, 'm')).toThrow(/COS is not supported/);
  expect(modelKind(bytes, 'm')).toBe(type === 'int8' ? 'int8' : 'float');
});

it('recognises an int8 model with float inputs and outputs as int8', () => {
  const real = { shape: [1, 2, 2, 1], type: 'float32' } as const;
  const quantized = { shape: [1, 2, 2, 1], type: 'int8', scale: [0.5], zeroPoint: [0] } as const;
  const operators = [
    { name: 'QUANTIZE', inputs: [0], outputs: [1] },
    { name: 'DEQUANTIZE', inputs: [1], outputs: [2] },
  ];
  const bytes = writeTflite({ tensors: [real, quantized, real], operators, inputs: [0], outputs: [2] });
  expect(modelKind(bytes, 'm')).toBe('int8');
});
