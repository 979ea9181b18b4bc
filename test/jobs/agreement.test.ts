import { expect, it } from 'vitest';
import { importSeeded } from '../../src/compiler/import-network.ts';
import { agreementOf, agreementTexts } from '../../src/jobs/agreement.ts';
import type { OutputMeaning } from '../../src/jobs/output-meaning.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { quantize } from '../../src/quantize/quantize.ts';

type Tail = Parameters<typeof importSeeded>[0];

/** A network of 8×8 pixels with these last layers. */
const networkOf = (layers: readonly object[]): Tail => ({
  name: 'tail',
  input: { channels: 1, height: 8, width: 8 },
  layers: [{ type: 'Conv2d', in: 1, out: 4, kernel: 3, padding: 1, stride: 2 }, ...layers],
});

const tails: Readonly<Record<OutputMeaning, readonly object[]>> = {
  classes: [{ type: 'AdaptiveAvgPool2d' }, { type: 'Flatten' }, { type: 'Linear', in: 4, out: 5 }],
  probability: [{ type: 'AdaptiveAvgPool2d' }, { type: 'Conv2d', in: 4, out: 1, kernel: 1 }, { type: 'Sigmoid' }],
  mask: [{ type: 'Conv2d', in: 4, out: 1, kernel: 1 }, { type: 'Sigmoid' }],
  'class map': [{ type: 'Conv2d', in: 4, out: 3, kernel: 1 }, { type: 'Softmax' }],
  values: [{ type: 'Conv2d', in: 4, out: 3, kernel: 1 }],
};

const images = Array.from({ length: 12 }, (_, n) => [
  Float32Array.from({ length: 64 }, (_, i) => Math.sin(n * 7.3 + i * (1 + n / 5))),
]);

/** The float network beside its own int8 form, or beside one whose first channel answers `turned` the other way. */
function agreementFor(meaning: OutputMeaning, turned = false) {
  const graph = importSeeded(networkOf(tails[meaning]), 3);
  const int8 = quantize(graph, images, { evaluate: evaluateFloat }).graph;
  const evaluate: typeof evaluateQuantized = (given) => {
    const run = evaluateQuantized(given);
    return (inputs) => run(inputs).map((values) => (turned ? (values as Int8Array).map((q) => -1 - q) : values));
  };
  return agreementOf(graph, int8, images, { evaluate: evaluateFloat, evaluateQuantized: evaluate }, 0, () => {});
}

it.each([
  ['classes', /^same best class as float$/, /^1\d of 12 images \(\d+\.\d %\)$/],
  ['probability', /^same side of 0\.5 as float$/, /^1\d of 12 images/],
  ['mask', /^mask as float's$/, /^IoU (1\.000|0\.9\d\d) at 0\.5, (100|9\d)\.\d % of the pixels equal$/],
  ['class map', /^class map as float's$/, /^mean IoU (1\.000|0\.[89]\d\d), (100|9\d)\.\d % of the pixels equal$/],
] as const)('%s agree as what they are', (meaning, name, text) => {
  const agreement = agreementFor(meaning);
  expect(agreement).toMatchObject({ images: 12, outputs: [{ meaning }] });
  const [[said, value]] = agreementTexts(agreement);
  expect(said).toMatch(name);
  expect(value).toMatch(text);
  expect(agreement.outputs[0].snrDb).toBeGreaterThan(20);
});

it('prints only the dB of an output without classes', () => {
  const agreement = agreementFor('values');
  expect(agreementTexts(agreement)).toEqual([]);
  expect(agreement.outputs[0].snrDb).toBeGreaterThan(20);
});

it.each(['classes', 'probability', 'mask', 'class map'] as const)('%s that are turned do not agree', (meaning) => {
  const { same = 1, iou = 0 } = agreementFor(meaning, true).outputs[0];
  expect(same).toBeLessThan(meaning === 'classes' || meaning === 'probability' ? 6 : 0.5);
  expect(iou).toBeLessThan(0.5);
});

it('names the outputs where there are several', () => {
  const one = { meaning: 'probability', snrDb: 30, same: 3 } as const;
  const outputs = [
    { ...one, name: 'a' },
    { ...one, name: 'b' },
  ];
  expect(agreementTexts({ images: 4, outputs }).map(([name]) => name)).toEqual([
    'same side of 0.5 as float (a)',
    'same side of 0.5 as float (b)',
  ]);
});
