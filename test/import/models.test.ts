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

  it.each(models)('imports $id with all its nodes', ({ id, file, ops }) => {
    const graph = importTflite(readFileSync(root + file), file);
    // uint8 inside is int8: one node more at the input, one at the output.
    const borders = legacy({ id }) ? { quantize: 2 } : {};
    expect(graph.nodes.length).toBe(count(ops) + count(borders));
    const types = {
      ...Object.fromEntries(Object.keys(ops).map((name) => [name.replaceAll('_', '').toLowerCase(), ops[name]])),
      ...borders,
    };
    const made: Record<string, number> = {};
    for (const { op } of graph.nodes) made[op.type.toLowerCase()] = (made[op.type.toLowerCase()] ?? 0) + 1;
    expect(made).toEqual(types);
  });

  it.each(models.filter(legacy))('keeps the uint8 interface of $id, and int8 behind it', ({ file }) => {
    const graph = importTflite(readFileSync(root + file), file);
    const border = new Set([...graph.inputs, ...graph.outputs]);
    const activations = graph.tensors.filter(({ data }) => !data);
    expect(activations.map(({ dtype }) => dtype)).toEqual(
      activations.map((tensor) => (border.has(graph.tensors.indexOf(tensor)) ? 'u8' : 'i8')),
    );
  });
});

describe('models of one operator', () => {
  const files = readdirSync(`${data}ops`).filter((file) => file.endsWith('.tflite'));
  const supported = new Set(vectorsOf().map(({ name }) => `${name}.tflite`));
  const importOp = (file: string) => importTflite(readFileSync(`${data}ops/${file}`), file);

  it.each([...supported])('imports %s', (file) => {
    const { nodes, inputs, tensors } = importOp(file);
    const uint8 = tensors[inputs[0] as number]?.dtype === 'u8';
    // One that rescales and reshapes its inputs is several.
    if (file !== 'concat_h_u8_diffq.tflite') expect(nodes.length).toBe(uint8 ? 1 + inputs.length + 1 : 1);
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
});

it('turns LiteNet digits into this graph, and after the passes into this one', () => {
  const bytes = readFileSync(`${data}litenet_digits/litenet_digits_int8.tflite`);
  expectGolden('import/litenet_digits.txt', print(importTflite(bytes, 'litenet_digits_int8.tflite')));
  expectGolden('passes/litenet_digits.txt', print(importModel(bytes, 'litenet_digits_int8.tflite')));
});
