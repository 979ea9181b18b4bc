import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importModel } from '../../src/compiler/import-model.ts';
import { print } from '../../src/graph/print.ts';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { expectGolden } from '../support/golden.ts';
import { vectorsOf } from '../support/op-vectors.ts';
import { describeShared } from '../support/shared-data.ts';
import { refusal } from './refusal.ts';

const data = fileURLToPath(new URL('../data/', import.meta.url));

interface Manifest {
  readonly models: readonly { readonly id: string; readonly file: string; readonly ops: Record<string, number> }[];
}

describeShared('real models', (shared) => {
  const root = `${shared}tflite/`;
  const { models } = JSON.parse(readFileSync(`${root}manifest.json`, 'utf8')) as Manifest;
  const count = (ops: Record<string, number>) => Object.values(ops).reduce((sum, n) => sum + n, 0);
  const legacy = ({ id }: { id: string }) => id.endsWith('_quant') && id.startsWith('mobilenet');

  it.each(models.filter((model) => !legacy(model)))('imports $id with all its nodes', ({ file, ops }) => {
    const graph = importTflite(readFileSync(root + file), file);
    expect(graph.nodes.length).toBe(count(ops));
    const types = Object.fromEntries(
      Object.keys(ops).map((name) => [name.replaceAll('_', '').toLowerCase(), ops[name]]),
    );
    const made: Record<string, number> = {};
    for (const { op } of graph.nodes) made[op.type.toLowerCase()] = (made[op.type.toLowerCase()] ?? 0) + 1;
    expect(made).toEqual(types);
  });

  it.each(models.filter(legacy))('refuses $id, which is uint8, with every convolution listed', ({ file, ops }) => {
    const error = refusal(() => importTflite(readFileSync(root + file), file));
    expect(error.code).toBe('unsupported');
    for (const name of ['CONV_2D', 'DEPTHWISE_CONV_2D']) {
      const listed = error.problems.filter(({ op, what }) => op === name && what.includes('legacy uint8'));
      expect(new Set(listed.map(({ node }) => node)).size).toBe(ops[name]);
    }
    expect(error.message.split('\n').length).toBeGreaterThan(error.problems.length);
  });
});

describe('models of one operator', () => {
  const files = readdirSync(`${data}ops`).filter((file) => file.endsWith('.tflite'));
  const supported = new Set(vectorsOf().map(({ name }) => `${name}.tflite`));
  const importOp = (file: string) => importTflite(readFileSync(`${data}ops/${file}`), file);

  it.each([...supported])('imports %s', (file) => {
    expect(importOp(file).nodes.length).toBe(1);
  });

  it('are all imported, or refused with a problem that names the node', () => {
    const outcomes = files.map((file) => {
      try {
        return importOp(file).nodes.length;
      } catch {
        const { code, problems } = refusal(() => importOp(file));
        expect([file, code, problems.map(({ node }) => node)]).toEqual([file, 'unsupported', problems.map(() => 0)]);
        expect(problems.every(({ op, name, what }) => op && name && what)).toBe(true);
        return 0;
      }
    });
    expect([outcomes.length, outcomes.filter((nodes) => nodes > 0).length]).toEqual([89, supported.size]);
  });

  it.each(['conv_u8_1x1', 'dw_u8_3x3_s2', 'fc_u8'])('refuses %s in words', (name) => {
    expect(refusal(() => importOp(`${name}.tflite`)).message).toMatch(/legacy uint8 is not supported yet \(int8/);
  });

  it.each(['dequantize', 'transpose_conv_3x3_s2'])('names %s', (name) => {
    expect(refusal(() => importOp(`${name}.tflite`)).message).toMatch(/the operator [A-Z0-9_]+ is not supported/);
  });
});

it('turns LiteNet digits into this graph, and after the passes into this one', () => {
  const bytes = readFileSync(`${data}litenet_digits/litenet_digits_int8.tflite`);
  expectGolden('import/litenet_digits.txt', print(importTflite(bytes, 'litenet_digits_int8.tflite')));
  expectGolden('passes/litenet_digits.txt', print(importModel(bytes, 'litenet_digits_int8.tflite')));
});
