import { expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { lower } from '../../src/compiler/lower.ts';
import { networkGraph } from '../../src/network/network-graph.ts';
import { network } from '../../src/network/parse.ts';
import { seededWeights } from '../../src/network/seeded-weights.ts';
import { Conv1d, ReLU, Stream } from '../../src/network/words.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { quantize } from '../../src/quantize/quantize.ts';
import { load } from '../../src/runtime/node.ts';
import { randomOf } from '../support/values.ts';

/** A network that is given one step of five channels at a time. */
const streaming = network({
  name: 'streaming',
  input: { channels: 5, height: 1, width: 1 },
  layers: [
    Stream({ steps: 3 }),
    Conv1d({ in: 5, out: 6, kernel: 3 }),
    ReLU(),
    Stream({ steps: 2 }),
    Conv1d({ in: 6, out: 4, kernel: 2 }),
  ],
});
const weights = seededWeights(streaming, 3);
const random = randomOf(5);
const frames = Array.from({ length: 12 }, () => Float32Array.from({ length: 5 }, () => 2 * random() - 1));

it('computes at each run what the layers compute on the whole sequence', () => {
  const whole = network({
    name: 'whole',
    input: { channels: 5, height: 1, width: frames.length },
    layers: [
      Conv1d({ name: '1', in: 5, out: 6, kernel: 3 }),
      { type: 'ReLU', name: '2' },
      Conv1d({ name: '4', in: 6, out: 4, kernel: 2 }),
    ],
  });
  const sequence = Float32Array.from(frames.flatMap((frame) => [...frame]));
  const [expected] = evaluateFloat(networkGraph(whole, weights))([sequence]) as [Float32Array];
  const run = evaluateFloat(networkGraph(streaming, weights));
  const given = frames.flatMap((frame) => [...(run([frame])[0] as Float32Array)]);
  // The first three runs have zeros before the sequence.
  given.slice(3 * 4).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 5);
  });
});

it('is quantised with its state, and the engine gives the bytes of the plain references from run to run', async () => {
  const graph = lower(networkGraph(streaming, weights));
  const { graph: int8 } = quantize(
    graph,
    frames.map((frame) => [frame]),
    { evaluate: evaluateFloat },
  );
  const model = await load(compile(int8, { evaluate: evaluateQuantized }).bytes, { selfTest: true });
  expect(model.variables).toEqual(['0.past', '3.past']);
  const plain = evaluateQuantized(int8);
  const [exact, { scale, zeroPoint }] = [evaluateFloat(graph), model.outputs[0] as (typeof model.outputs)[number]];
  let [signal, noise] = [0, 0];
  const input = model.inputs[0] as (typeof model.inputs)[number];
  for (const frame of frames) {
    const bytes = Int8Array.from(frame, (x) =>
      Math.max(-128, Math.min(127, Math.round(x / input.scale) + input.zeroPoint)),
    );
    const [ours] = model.run(bytes) as [Int8Array];
    expect(ours).toEqual(plain([bytes])[0]);
    (exact([frame])[0] as Float32Array).forEach((value, i) => {
      signal += value ** 2;
      noise += (value - scale * ((ours[i] as number) - zeroPoint)) ** 2;
    });
  }
  expect(10 * Math.log10(signal / noise)).toBeGreaterThan(25);
});

it('says which steps do not fit, and where a map has several rows', () => {
  const of = (layers: Parameters<typeof network>[0]['layers'], height = 1, width = 2) =>
    networkGraph(network({ name: 'n', input: { channels: 1, height, width }, layers }), new Map());
  expect(() => of([Stream({ steps: 2 })])).toThrow(
    '0 (Stream): its input has 2 steps, as many as it gives or more (2)',
  );
  expect(() => of([Stream({ steps: 9 })], 3)).toThrow('0 (Stream): its input is a map of 3×2');
});
