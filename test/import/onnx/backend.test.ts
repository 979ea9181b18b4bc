import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compareQuantized, compareTest, reasonNotApplicable } from '../../../scripts/onnx-backend/compare.mjs';
import { importFile } from '../../../src/compiler/import-file.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import { evaluateQuantized } from '../../../src/ops/evaluate.ts';
import { evaluateFloat } from '../../../src/ops/evaluate-float.ts';

/** Backend tests of the ONNX project, a sample that `node scripts/onnx-backend.mjs --sample` keeps: files in base64. */
const { tests } = JSON.parse(readFileSync('test/data/onnx/backend.json', 'utf8')) as {
  readonly tests: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

it('has tests of many operators', () => {
  expect(Object.keys(tests).length).toBeGreaterThan(40);
});

it.each(Object.entries(tests))('%s', async (_, files) => {
  const bytesOf = (file: string): Uint8Array => Uint8Array.from(Buffer.from(files[file], 'base64'));
  const test = JSON.parse(new TextDecoder().decode(bytesOf('test.json')));
  expect(reasonNotApplicable(test)).toBe(undefined);
  let graph: Graph;
  let isFolded = false;
  try {
    graph = await importFile(bytesOf('model.onnx'), 'model.onnx');
  } catch {
    graph = await importFile(bytesOf('constant.onnx'), 'constant.onnx');
    isFolded = true;
  }
  if (graph.tensors[graph.inputs[0]].dtype === 'i8') {
    const whole = evaluateQuantized(graph);
    const steps = compareQuantized(test, graph, (inputs) => whole(inputs) as readonly Int8Array[], bytesOf, isFolded);
    expect(steps).toBeLessThanOrEqual(1);
    return;
  }
  const run = evaluateFloat(graph);
  expect(compareTest(test, graph, (inputs) => run(inputs) as readonly Float32Array[], bytesOf, isFolded)).toBeLessThan(
    1e-4,
  );
});
