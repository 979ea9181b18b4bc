import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { writeModel } from '../../src/format/write.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph, TensorId } from '../../src/graph/graph.ts';
import { elements, noPadding } from '../../src/graph/tensor.ts';
import { add } from '../../src/ops/add.ts';
import { averagePool2d } from '../../src/ops/average-pool2d.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { depthwiseConv2d } from '../../src/ops/depthwise-conv2d.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { fullyConnected } from '../../src/ops/fully-connected.ts';
import { logistic } from '../../src/ops/logistic.ts';
import { maxPool2d } from '../../src/ops/max-pool2d.ts';
import { mean } from '../../src/ops/mean.ts';
import { mul } from '../../src/ops/mul.ts';
import { pad } from '../../src/ops/pad.ts';
import { quantize } from '../../src/ops/quantize.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { selectChannels } from '../../src/ops/select-channels.ts';
import { slice } from '../../src/ops/slice.ts';
import { softmax } from '../../src/ops/softmax.ts';
import { arenaOf, loaded, raw, runOnce, tiers } from '../support/engine.ts';
import { damage, withGuards } from '../support/guards.ts';
import { bytesOf, inputsOf, shuffled } from '../support/problems.ts';

/**
 * Every kernel on a part of a tensor: the channels `first` … `first + count` of five more, which lie among the pixels of
 * the whole. Whole and part end at odd places; the rest of the whole is read last of all.
 */

const own = quantizedBy(0.05, -7);
const window = { stride: [1, 1], dilation: [1, 1], padding: noPadding } as const;
const linear = { activation: 'none', scaleProduct: 'f64' } as const;
const around = { top: 1, left: 1, bottom: 1, right: 1 };

interface Part {
  readonly build: GraphBuilder;
  readonly x: TensorId;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

const weights = (build: GraphBuilder, shape: readonly number[]): TensorId =>
  build.constant(
    'w',
    shape,
    bytesOf(3, elements(shape)).map((v) => Math.max(v, -127)),
    quantizedBy(0.003, 0),
  );

const readers: Record<string, (part: Part) => TensorId> = {
  'pointwise convolution': ({ build, x, channels }) =>
    build.add(conv2d, { ...window, ...linear, groups: 1 }, [x, weights(build, [9, 1, 1, channels])], {
      quantization: own,
    }),
  'pointwise convolution, stride 2': ({ build, x, channels }) =>
    build.add(conv2d, { ...window, ...linear, stride: [2, 2], groups: 1 }, [x, weights(build, [3, 1, 1, channels])], {
      quantization: own,
    }),
  'grouped pointwise convolution': ({ build, x, channels }) =>
    build.add(conv2d, { ...window, ...linear, groups: channels }, [x, weights(build, [2 * channels, 1, 1, 1])], {
      quantization: own,
    }),
  'convolution 3×1': ({ build, x, channels }) => {
    const padding = { ...noPadding, top: 1, bottom: 1 };
    const attributes = { ...window, ...linear, padding, groups: 1 };
    return build.add(conv2d, attributes, [x, weights(build, [5, 3, 1, channels])], { quantization: own });
  },
  'fully connected': ({ build, x, channels }) =>
    build.add(fullyConnected, linear, [x, weights(build, [10, channels])], { quantization: own }),
  'depthwise 3×3': ({ build, x, channels }) =>
    build.add(depthwiseConv2d, { ...window, ...linear, padding: around }, [x, weights(build, [3, 3, channels])], {
      quantization: own,
    }),
  'depthwise 2×5, multiplier 2': ({ build, x, channels }) => {
    const attributes = { ...window, ...linear, padding: { top: 0, left: 3, bottom: 1, right: 2 } };
    return build.add(depthwiseConv2d, attributes, [x, weights(build, [2, 5, 2 * channels])], { quantization: own });
  },
  'add to itself': ({ build, x }) => build.add(add, { activation: 'none' }, [x, x], { quantization: own }),
  'average pool': ({ build, x }) =>
    build.add(averagePool2d, { ...window, window: [2, 2], padding: around, activation: 'none' }, [x], {
      quantization: own,
    }),
  'max pool': ({ build, x }) =>
    build.add(maxPool2d, { ...window, window: [2, 2], padding: around, activation: 'none' }, [x], {
      quantization: own,
    }),
  'mul by itself': ({ build, x }) => build.add(mul, { activation: 'none' }, [x, x], { quantization: own }),
  'mul by each channel': ({ build, x }) => {
    const gate = build.add(mean, { axes: 'hw' }, [x], { quantization: own });
    return build.add(mul, { activation: 'none' }, [x, gate], { quantization: own });
  },
  logistic: ({ build, x }) => build.add(logistic, {}, [x], { quantization: quantizedBy(1 / 256, -128) }),
  'mean over the map': ({ build, x }) => build.add(mean, { axes: 'hw' }, [x], { quantization: own }),
  'mean over channels': ({ build, x }) => build.add(mean, { axes: 'c' }, [x], { quantization: own }),
  pad: ({ build, x }) => build.add(pad, { before: [1, 2, 1], after: [0, 1, 2] }, [x], { quantization: own }),
  reshape: ({ build, x, channels, height, width }) =>
    build.add(reshape, { shape: [1, width, height, channels] }, [x], { quantization: own }),
  softmax: ({ build, x }) => build.add(softmax, { beta: 1 }, [x], { quantization: quantizedBy(1 / 256, -128) }),
  quantize: ({ build, x }) => build.add(quantize, {}, [x], { quantization: quantizedBy(0.031, 9) }),
  'slice of rows': ({ build, x, channels, height, width }) =>
    build.add(slice, { begin: [1, 0, 0], size: [height - 1, width, channels] }, [x], { quantization: own }),
  shuffle: ({ build, x, channels }) =>
    build.add(selectChannels, { order: shuffled(channels, channels) }, [x, x], { quantization: own }),
  'channels of two parts': ({ build, x, channels }) =>
    build.add(selectChannels, { order: shuffled(2 * channels, 2) }, [x, x], { quantization: own }),
};

/** in → all, of which the reader has `channels` and a sum the others. */
function graphOf(reader: (part: Part) => TensorId, channels: number, first: number, width: number): Graph {
  const build = new GraphBuilder('parts');
  const height = 4;
  const x = build.input('x', [1, height, width, channels + 5], quantizedBy(0.04, 3));
  const all = build.add(quantize, {}, [x], { name: 'all', quantization: own });
  const part = (begin: number, count: number): TensorId =>
    build.add(slice, { begin: [0, 0, begin], size: [height, width, count] }, [all], { quantization: own });
  build.output(reader({ build, x: part(first, channels), channels, height, width }));
  const rest = [part(0, first), part(first + channels, 5 - first)];
  build.output(build.add(selectChannels, { order: [4, 3, 2, 1, 0] }, rest, { quantization: own }));
  return build.build();
}

function check(graph: Graph): string[] {
  const inputs = inputsOf(graph);
  const expected = evaluate(graph, inputs).outputs.map(raw);
  const compiled = compile(graph);
  const { model, guards } = withGuards(compiled.model, compiled.plan);
  const file = writeModel(model);
  for (const tier of tiers) {
    for (const poison of [0xaa, 0x55]) {
      const engine = loaded(tier, file, poison);
      expect(runOnce(engine, inputs), tier).toEqual(expected);
      expect(damage(arenaOf(engine), guards, poison)).toBeUndefined();
    }
  }
  return model.stages.map(({ opcode }) => opcode).filter((opcode) => opcode === 'slice');
}

describe.each(Object.entries(readers))('%s', (name, reader) => {
  it('of a part gives the bytes of the reference, and the part costs no stage', () => {
    const sizes = fc.record({
      channels: fc.constantFrom(1, 3, 8, 15, 16, 17, 33),
      first: fc.integer({ min: 1, max: 4 }),
      width: fc.constantFrom(1, 2, 5),
    });
    fc.assert(
      fc.property(sizes, ({ channels, first, width }) => {
        const slices = check(graphOf(reader, channels, first, width));
        expect(slices).toHaveLength(name === 'slice of rows' ? 1 : 0);
      }),
      { numRuns: 20 },
    );
  });
});

it('a 3×3 convolution wants neighboring pixels and has its part copied', () => {
  const reader = ({ build, x, channels }: Part): TensorId => {
    const attributes = { ...window, ...linear, padding: around, groups: 1 };
    return build.add(conv2d, attributes, [x, weights(build, [5, 3, 3, channels])], { quantization: own });
  };
  expect(check(graphOf(reader, 9, 3, 5))).toEqual(['slice']);
});
