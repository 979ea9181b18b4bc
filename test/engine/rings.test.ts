import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { writeModel } from '../../src/format/write.ts';
import { type Graph, viewOf } from '../../src/graph/graph.ts';
import type { RowRule } from '../../src/graph/rules.ts';
import { catalogue } from '../../src/ops/catalogue.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { builds, loaded, poisonOf, pullRows, pushRows, raw } from '../support/engine.ts';
import {
  addGraph,
  argMaxGraph,
  bilinearGraph,
  bilinearWays,
  concatGraph,
  convGraph,
  depthwiseGraph,
  dequantizeGraph,
  fullyConnectedGraph,
  functionGraph,
  functions,
  inputsOf,
  leakyReluGraph,
  maxPoolGraph,
  meanGraph,
  mulGraph,
  nearestGraph,
  orders,
  padGraph,
  poolGraph,
  preluGraph,
  quantizeGraph,
  quantizeRealGraph,
  reluGraph,
  rescaleGraph,
  reshapeGraph,
  selectGraph,
  shuffled,
  sliceGraph,
  softmaxGraph,
  subGraph,
  transposeConvGraph,
  transposeGraph,
} from '../support/problems.ts';

/**
 * Every op by a hand-written schedule of k rows a step, its rings as small as the steps allow: an input ring of
 * (k − 1) · stride rows more than one window reaches, an output ring of k. Rows are pushed as a step needs them and pulled
 * after it. What a larger ring would have forgiven, an arena of 0xAA or 0x55 shows.
 */

const same = { top: 1, left: 1, bottom: 1, right: 1 };
const lopsided = { top: 0, left: 0, bottom: 2, right: 1 };

const cases: [name: string, graph: Graph][] = [
  ['convolution 3×3', convGraph({ shape: [1, 40, 5, 3], padding: same })],
  ['convolution 3×3, stride 2', convGraph({ shape: [1, 61, 7, 4], padding: lopsided, stride: [2, 2] })],
  ['convolution 5×1, dilation 2', convGraph({ shape: [1, 60, 3, 9], window: [5, 1], dilation: [2, 1] })],
  ['grouped convolution', convGraph({ shape: [1, 44, 4, 6], groups: 3, outputs: 9, padding: same })],
  ['pointwise convolution', convGraph({ shape: [1, 33, 3, 17], window: [1, 1], outputs: 9 })],
  ['pointwise convolution, stride 2', convGraph({ shape: [1, 41, 5, 8], window: [1, 1], stride: [2, 2] })],
  ['depthwise 3×3', depthwiseGraph({ shape: [1, 41, 6, 11], padding: same })],
  ['depthwise 3×3, stride 2', depthwiseGraph({ shape: [1, 61, 7, 8], padding: lopsided, stride: [2, 2] })],
  ['depthwise 5×3, dilation 2', depthwiseGraph({ shape: [1, 70, 9, 9], window: [5, 3], dilation: [2, 2] })],
  ['depthwise, multiplier 2', depthwiseGraph({ shape: [1, 40, 5, 5], depthMultiplier: 2, padding: same })],
  ['transposed convolution 3×3, stride 2', transposeConvGraph({ shape: [1, 21, 5, 6], crop: [1, 1], outputs: 5 })],
  ['transposed convolution 4×4, stride 2', transposeConvGraph({ shape: [1, 20, 3, 9], window: [4, 4], crop: [1, 1] })],
  [
    'transposed convolution 2×2, stride 3, beyond its last row',
    transposeConvGraph({ shape: [1, 20, 3, 9], window: [2, 2], stride: [3, 3], size: [64, 8] }),
  ],
  [
    'transposed convolution 5×3, stride 1',
    transposeConvGraph({ shape: [1, 40, 4, 4], window: [5, 3], stride: [1, 1] }),
  ],
  ['fully connected, per pixel', fullyConnectedGraph({ shape: [1, 30, 2, 15] })],
  ['convolution of uint8 weights', convGraph({ shape: [1, 40, 5, 3], padding: same, weightsZero: -5 })],
  ['grouped, of uint8 weights', convGraph({ shape: [1, 44, 4, 6], groups: 2, outputs: 10, weightsZero: 127 })],
  ['depthwise, of uint8 weights', depthwiseGraph({ shape: [1, 41, 6, 11], padding: same, weightsZero: -128 })],
  ['fully connected, of uint8 weights', fullyConnectedGraph({ shape: [1, 30, 2, 15], weightsZero: 44 })],
  ['average pool of uint8', poolGraph({ shape: [1, 60, 6, 9], stride: [2, 2], rounding: 'up' })],
  ['add', addGraph([1, 30, 5, 7])],
  ['add, per channel', addGraph([1, 30, 5, 7], 'channel')],
  ['add, a constant', addGraph([1, 30, 5, 7], 'constant channel')],
  ['sub', subGraph([1, 30, 5, 7])],
  ['sub, of a channel', subGraph([1, 30, 5, 7], 'channel')],
  ['mul', mulGraph([1, 30, 5, 7])],
  ['mul, per channel', mulGraph([1, 30, 5, 7], 'channel')],
  ['mul, a constant', mulGraph([1, 30, 5, 7], 'constant channel', 'relu6')],
  ['average pool 3×3, stride 2', poolGraph({ shape: [1, 60, 7, 6], window: [3, 3], stride: [2, 2], padding: same })],
  ['average pool 2×2, stride 2', poolGraph({ shape: [1, 60, 6, 9], stride: [2, 2] })],
  ['max pool 3×3, stride 2', maxPoolGraph({ shape: [1, 60, 7, 6], window: [3, 3], stride: [2, 2], padding: same })],
  ['max pool 2×2, stride 2', maxPoolGraph({ shape: [1, 60, 6, 19], stride: [2, 2], activation: 'relu' })],
  ['mean over channels', meanGraph([1, 30, 5, 13], 'c')],
  ['pad', padGraph([1, 30, 5, 3], [2, 1, 0], [1, 2, 0])],
  ['pad of channels', padGraph([1, 30, 5, 3], [0, 0, 2], [0, 0, 2])],
  ['reshape into longer rows', reshapeGraph([1, 60, 3, 4], [1, 30, 2, 12])],
  ['reshape into shorter rows', reshapeGraph([1, 30, 4, 6], [1, 60, 3, 4])],
  ['slice of columns and channels', sliceGraph([1, 30, 5, 9], [0, 1, 3], [30, 3, 4])],
  ['slice of rows', sliceGraph([1, 33, 5, 3], [2, 0, 0], [27, 5, 3])],
  ['shuffle of channels', selectGraph([1, 30, 3, 34], shuffled(34, 2))],
  ['channels of two tensors', selectGraph([1, 30, 3, 17], shuffled(34, 2), { channels: 17 })],
  ['concatenation of three', concatGraph([1, 30, 3, 17, 1, 8])],
  ['concatenation with a constant', concatGraph([1, 30, 4, 5, 3, 9], true)],
  ['transpose of columns and channels', transposeGraph([1, 30, 13, 11], [0, 2, 1])],
  ...bilinearWays.map((way): [string, Graph] => [
    `bilinear, ${Object.keys(way).join(' and ')}`,
    bilinearGraph([1, 20, 3, 9], { to: [47, 7], ...way }),
  ]),
  ['bilinear, to fewer rows', bilinearGraph([1, 60, 5, 3], { to: [17, 4] })],
  ['nearest neighbor', nearestGraph([1, 20, 3, 9], { to: [40, 6] })],
  ['nearest neighbor, to fewer rows', nearestGraph([1, 60, 5, 3], { to: [17, 4], alignCorners: true })],
  ['softmax', softmaxGraph([1, 30, 2, 11])],
  ['relu', reluGraph([1, 30, 5, 7], 'relu')],
  ['leaky relu', leakyReluGraph([1, 30, 5, 7], 0.2)],
  ['prelu', preluGraph([1, 30, 5, 7])],
  ...functions.map((op): [string, Graph] => [op.type, functionGraph([1, 30, 5, 7], op)]),
  ['quantize of real values', quantizeRealGraph([1, 30, 5, 7])],
  ['dequantize', dequantizeGraph([1, 30, 5, 7])],
  ['arg-max', argMaxGraph([1, 30, 5, 7])],
  ['arg-min, 64 bits', argMaxGraph([1, 30, 5, 7], 'min', 'u8', 'i64')],
  ['quantize', quantizeGraph([1, 30, 5, 7])],
  ['rescale', rescaleGraph([1, 30, 5, 7])],
  ['quantize int8 to uint8', quantizeGraph([1, 30, 5, 7], 'i8', 'u8')],
];

/** Ops whose every row needs all of x, with the reason they give. */
const whole = [
  meanGraph([1, 5, 5, 8], 'hw'),
  ...orders.filter(([h]) => h !== 0).map((order) => transposeGraph([1, 5, 6, 7], order)),
];

const ruleOf = (graph: Graph): RowRule => {
  const node = graph.nodes[0] as Graph['nodes'][number];
  return node.op.rows(viewOf(graph, node), 0);
};

/** One more than the last row of x that output rows before `end` need. */
function rowsNeeded(rule: RowRule, end: number, height: number, ratio: number): number {
  if (rule.kind === 'flat') return Math.min(Math.ceil(end * ratio), height);
  if (rule.kind === 'span') return rule.rows(end - 1)[1];
  if (rule.kind !== 'window') throw new Error(`${rule.kind} has no ring`);
  return Math.min((end - 1) * rule.stride - rule.top + (rule.window - 1) * rule.dilation + 1, height);
}

it('every operator is here, whole with its reason or by rows', () => {
  const here = [...cases.map(([, graph]) => graph), ...whole].map(({ nodes }) => nodes[0]?.op.type);
  const runs = catalogue.filter(({ kernels }) => kernels.length > 0);
  expect(new Set(here)).toEqual(new Set(runs.map(({ type }) => type)));
  for (const graph of whole)
    expect(ruleOf(graph)).toMatchObject({ kind: 'whole', reason: expect.stringMatching(/\w+ \w+/) });
});

describe.each(builds)('%s', (build) => {
  for (const [name, graph] of cases) {
    it.each([1, 2, 3])(`${name} in steps of %i rows equals the reference`, (k) => {
      const [inputId] = graph.inputs as [number];
      const [outputId] = graph.outputs as [number];
      const height = graph.tensors[inputId]?.shape[1] as number;
      const outHeight = graph.tensors[outputId]?.shape[1] as number;
      const rule = ruleOf(graph);
      const ratio = height / outHeight;
      const capacity =
        rule.kind === 'window'
          ? (rule.window - 1) * rule.dilation + 1 + (k - 1) * rule.stride
          : Math.max(
              ...Array.from({ length: outHeight - k + 1 }, (_, r) =>
                rule.kind === 'span'
                  ? rule.rows(r + k - 1)[1] - rule.rows(r)[0]
                  : Math.ceil((r + k) * ratio) - Math.floor(r * ratio),
              ),
            );
      expect(height, 'the input ring comes round twice').toBeGreaterThanOrEqual(3 * capacity);
      const inputs = inputsOf(graph);
      // Rings of two sizes: in equal ones the rows of x and x2 would lie at the same places, whichever row is asked for.
      const capacities = new Map(
        graph.inputs.map((id, i) => [id, graph.tensors[id]?.shape[1] === height ? capacity + i : 1]),
      );
      const schedule = Array.from({ length: Math.ceil(outHeight / k) }, (_, i) => ({
        node: 0,
        rows: Math.min(k, outHeight - i * k),
      }));
      const compiled = compile(graph, { capacities, schedule });
      // A planner keeps outputs whole; here the host takes rows as they come.
      const made = new Set(compiled.model.stages.map(({ words }) => words.y));
      const output = compiled.model.outputs[0]?.operand as number;
      const operands = compiled.model.operands.map((o, i) =>
        i === output || (made.has(i) && o.height === outHeight) ? { ...o, capacity: Math.min(k, o.height) } : o,
      );
      const file = writeModel({ ...compiled.model, operands });
      const expected = raw(evaluate(graph, inputs).outputs[0] as Int8Array);

      const engine = loaded(build, file, poisonOf(build));
      const got: number[] = [];
      const pushed = graph.inputs.map(() => 0);
      for (const [i, step] of compiled.model.schedule.entries()) {
        if (compiled.model.stages[step.stage]?.opcode !== 'fill') {
          const done = got.length / engine.outputRowBytes(0);
          graph.inputs.forEach((id, input) => {
            const rows = graph.tensors[id]?.shape[1] as number;
            const to = rows === height ? rowsNeeded(rule, done + step.rows, height, ratio) : rows;
            pushRows(engine, input, raw(inputs[input] as Int8Array), pushed[input] as number, to);
            pushed[input] = Math.max(to, pushed[input] as number);
          });
          expect(engine.execute(i, i + 1)).toBe(0);
          // Of several stages that make a row together, the last.
          const next = compiled.model.schedule[i + 1]?.stage;
          if (next === undefined || next <= step.stage) got.push(...pullRows(engine, 0, done, done + step.rows));
        } else expect(engine.execute(i, i + 1)).toBe(0);
      }
      expect(Uint8Array.from(got)).toEqual(expected);
    });
  }
});
