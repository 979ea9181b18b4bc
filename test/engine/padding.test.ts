import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { elements, type Padding } from '../../src/graph/tensor.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { depthwiseConv2d } from '../../src/ops/depthwise-conv2d.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { tanh } from '../../src/ops/tanh.ts';
import { loaded, raw, runOnce, tiers } from '../support/engine.ts';
import { bytesOf, inputsOf } from '../support/values.ts';

/** Rows that a stage has made, and not the host, with padding columns on any side for the layer that reads them. */

const layers = { convolution: conv2d, depthwise: depthwiseConv2d };

function paddedGraph(layer: keyof typeof layers, padding: Padding): Graph {
  const build = new GraphBuilder(layer);
  const x = build.input('x', [1, 6, 5, 9], quantizedBy(0.05, 3));
  const made = build.add(tanh, {}, [x], { quantization: quantizedBy(1 / 128, 0) });
  const shape = layer === 'convolution' ? [4, 3, 3, 9] : [3, 3, 9];
  const channels = layer === 'convolution' ? 4 : 9;
  const quantization = { scale: Array(channels).fill(0.004), zeroPoint: Array(channels).fill(0), axis: 0 };
  const axis = layer === 'convolution' ? 0 : 2;
  const data = bytesOf(5, elements(shape)).map((value) => Math.max(value, -127));
  const weights: TensorId = build.constant('w', shape, data, { ...quantization, axis });
  const attributes = {
    stride: [1, 1] as const,
    dilation: [1, 1] as const,
    padding,
    activation: 'none' as const,
    scaleProduct: 'f64' as const,
  };
  const y = { quantization: quantizedBy(0.02, -9) };
  build.output(
    layer === 'convolution'
      ? build.add(conv2d, { ...attributes, groups: 1 }, [made, weights, -1], y)
      : build.add(depthwiseConv2d, attributes, [made, weights, -1], y),
  );
  return build.build();
}

const sides = [0, 1, 2];
const paddings = sides.flatMap((top) =>
  sides.flatMap((left) => sides.flatMap((bottom) => sides.map((right) => ({ top, left, bottom, right })))),
);

describe.each(tiers)('%s', (tier) => {
  it.each(['convolution', 'depthwise'] as const)('pads on every side by itself before a %s', (layer) => {
    for (const padding of paddings) {
      const graph = paddedGraph(layer, padding);
      const inputs = inputsOf(graph);
      const expected = evaluate(graph, inputs).outputs.map(raw);
      for (const poison of [0xaa, 0x55]) {
        expect(runOnce(loaded(tier, compile(graph).bytes, poison), inputs), JSON.stringify(padding)).toEqual(expected);
      }
    }
  });
});
