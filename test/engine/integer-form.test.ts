import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { requantizeForms } from '../../src/format/instructions.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { convGraph } from '../cases/conv2d.ts';
import { depthwiseGraph } from '../cases/depthwise-conv2d.ts';
import { transposeConvGraph } from '../cases/transpose-conv2d.ts';
import { loaded, raw, runOnce, tiers } from '../support/engine.ts';
import { inputsOf } from '../support/values.ts';

/**
 * One channel that is shifted to the left puts a whole layer into the integer form. Four channels are then requantised at once
 * where none of them is; those of the first eight have shifts to the right alone, sums of both signs and halves.
 */
const usual = Array.from({ length: 8 }, (_, i) => Math.fround(0.004 * (1 + i)));
const scales = [...usual, ...Array.from({ length: 8 }, (_, i) => (i === 5 ? 40 : Math.fround(0.003)))];

const layers: [name: string, graph: Graph][] = [
  ['gemm', convGraph({ shape: [1, 5, 6, 4], outputs: 16, scales, yZeroPoint: 0 })],
  ['gemm of one pixel', convGraph({ shape: [1, 3, 3, 4], outputs: 16, scales, yZeroPoint: 0 })],
  ['gemm of halves', convGraph({ shape: [1, 4, 5, 1], window: [1, 1], outputs: 16, scales: halves(16), weight: 1 })],
  ['depthwise', depthwiseGraph({ shape: [1, 5, 6, 16], scales, yZeroPoint: 0 })],
  ['depthwise of 5×1', depthwiseGraph({ shape: [1, 7, 6, 16], window: [5, 1], scales, yZeroPoint: 0 })],
  ['depthwise of halves', depthwiseGraph({ shape: [1, 4, 5, 16], window: [1, 1], scales: halves(16), weight: 1 })],
  ['transposed convolution', transposeConvGraph({ shape: [1, 3, 4, 5], outputs: 16, scales, yZeroPoint: 0 })],
];

/** Weights of 1 whose products are halves of a step, and one channel that is shifted to the left. */
function halves(count: number): number[] {
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? 4 : i % 2 ? 0.5 : 0.25));
}

describe.each(tiers)('%s', (tier) => {
  it.each(layers)('%s in the integer form equals the reference', (_, graph) => {
    const { bytes, model } = compile(graph);
    expect(model.stages.at(-1)?.words.form).toBe(requantizeForms.integer);
    for (const seed of [1, 2, 3]) {
      const inputs = inputsOf(graph, seed);
      expect(runOnce(loaded(tier, bytes), inputs)).toEqual(evaluate(graph, inputs).outputs.map(raw));
    }
  });
});
