import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { operatorRows } from '../../src/analyze/operators.ts';
import { LiteBlockError } from '../../src/format/errors.ts';
import { type Graph, viewOf } from '../../src/graph/graph.ts';
import type { RowRule } from '../../src/graph/rules.ts';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { readTflite } from '../../src/import/tflite/model.ts';
import { operators } from '../../src/import/tflite/operators.ts';
import { shiftUint8 } from '../../src/import/tflite/shift-uint8.ts';
import { catalogue } from '../../src/ops/catalogue.ts';

/** What `rowsRead` says for each kind of rule. */
function words(rule: RowRule): RegExp {
  if (rule.kind === 'window') {
    return rule.window === 1 && rule.stride === 1 ? /row for row|under its window/ : /under (its|a) window/;
  }
  return { flat: /the same elements/, once: /row 0/, span: /lies between/, whole: /all rows/ }[rule.kind];
}

const folder = 'test/data/ops';
const digits = 'test/data/litenet_digits/litenet_digits_int8.tflite';
const paths = readdirSync(folder)
  .filter((name) => name.endsWith('.tflite'))
  .map((name) => `${folder}/${name}`);

/** Those of the files that are supported. */
const files = [...paths, digits].flatMap((path): { path: string; bytes: Uint8Array; graph: Graph }[] => {
  const bytes = readFileSync(path);
  try {
    return [{ path, bytes, graph: importTflite(bytes, path) }];
  } catch (error) {
    if (error instanceof LiteBlockError && error.code === 'unsupported') return [];
    throw error;
  }
});

it('says in words which rows an op reads, as its rules do on every vector', () => {
  expect(files.length).toBeGreaterThan(60);
  for (const { path, graph } of files) {
    for (const node of graph.nodes) {
      const view = viewOf(graph, node);
      view.inputs.forEach((tensor, i) => {
        if (tensor && !tensor.data) {
          expect(node.op.rowsRead, `${path}: ${node.op.type}`).toMatch(words(node.op.rows(view, i)));
        }
      });
    }
  }
});

it('says what the operators of a .tflite become, as they do on every vector', () => {
  for (const { path, bytes, graph } of files) {
    // Legacy uint8 models get operators at their borders.
    const file = shiftUint8(readTflite(bytes, path)).operators;
    const listed = file.flatMap(({ name }) => operators.get(name)?.becomes ?? []);
    for (const { op } of graph.nodes) expect(listed, path).toContain(op);
    const made = new Set(graph.nodes.map(({ op }) => op));
    const silent = file.filter(({ name }) => !operators.get(name)?.becomes.some((op) => made.has(op)));
    expect(
      silent.map(({ name }) => name),
      path,
    ).toEqual([]);
  }
});

it('has a row an op, and every operator of a .tflite in one', () => {
  const foreign = [...operators].map(([name, { becomes }]) => ({ name, becomes }));
  const rows = operatorRows(catalogue, foreign);
  expect(rows.map(({ type }) => type)).toEqual(catalogue.map(({ type }) => type));
  expect(new Set(rows.flatMap(({ tflite }) => tflite))).toEqual(new Set(operators.keys()));
  expect(rows.find(({ type }) => type === 'Conv2d')).toMatchObject({
    operands: [
      { name: 'x', what: 'i8, one scale' },
      { name: 'weights', what: 'i8, a scale each channel (axis 0), −127 … 127' },
      { name: 'bias', what: 'i32, scale of x·weights, optional' },
      { name: 'y', what: 'i8, one scale' },
    ],
    rowsRead: 'the rows under its window',
    kernels: ['gemm'],
    tflite: ['CONV_2D'],
  });
});
