import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { depthwiseConv2d } from '../../src/ops/depthwise-conv2d.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { fullyConnected } from '../../src/ops/fully-connected.ts';
import { softmax } from '../../src/ops/softmax.ts';
import { type QuantizeOptions, quantize } from '../../src/quantize/quantize.ts';
import { report } from '../../src/quantize/report.ts';

const f32 = { dtype: 'f32' } as const;
const one = { top: 1, left: 1, bottom: 1, right: 1 };
const window = { stride: [1, 1], dilation: [1, 1], padding: one, activation: 'none', scaleProduct: 'f64' } as const;
const block = { path: 'blocks.0', type: 'LiteBlock' };

/** A depthwise 3×3 convolution of 6×6 pixels whose tap i of channel c is `tap(i, c)`. */
function depthwise(channels: number, tap: (i: number, c: number) => number, bias: (c: number) => number): Graph {
  const build = new GraphBuilder('depthwise');
  const x = build.input('x', [1, 6, 6, channels], undefined, f32);
  const taps = Float32Array.from({ length: 9 * channels }, (_, k) => tap(Math.floor(k / channels), k % channels));
  const w = build.constant('w', [3, 3, channels], taps);
  const b = build.constant(
    'b',
    [channels],
    Float32Array.from({ length: channels }, (_, c) => bias(c)),
  );
  build.output(build.add(depthwiseConv2d, window, [x, w, b], { name: 'dw', blocks: [block], ...f32 }));
  return build.build();
}

/** Images of numbers in [−1, 1) that look random. */
const images = (count: number, size: number): Float32Array[][] =>
  Array.from({ length: count }, (_, n) => [
    Float32Array.from({ length: size }, (_, i) => (((i + 1) * 7919 + n * 104_729) % 2003) / 1001.5 - 1),
  ]);

function reported(graph: Graph, data: Float32Array[][], options: Partial<QuantizeOptions> = {}) {
  const quantized = quantize(graph, data, { method: 'min-max', evaluate: evaluateFloat, ...options });
  return report(graph, quantized, data, { evaluateFloat, evaluateQuantized });
}

/** |wᵢ| = (0.3 + 0.07i) · 2^−c, signs alternating. */
const falling = (i: number, c: number): number => (i % 2 ? -1 : 1) * (0.3 + 0.07 * i) * 2 ** -c;

describe('weights in the report', () => {
  it('keep 50 dB in every channel with a scale each, and lose 6 dB a channel with one scale', () => {
    const { layers } = reported(
      depthwise(8, falling, () => 0),
      images(4, 6 * 6 * 8),
    );
    const weights = layers[0]?.weights;
    expect(weights?.channelSnrDb.every((db) => db > 49.5)).toBe(true);
    const perTensor = [50, 43, 38, 32, 26, 20, 14, 6.8];
    weights?.perTensorChannelSnrDb.forEach((db, c) => {
      expect(Math.abs(db - (perTensor[c] as number))).toBeLessThan(0.7);
    });
    expect(weights).toMatchObject({ channels: 8, rangeRatio: 128, perTensorLosesBits: 7 });
  });
});

describe('layers in the report', () => {
  it('have name, op, blocks, range, scale, zero point and signal to noise', () => {
    const { layers, inputs, ...rest } = reported(
      depthwise(8, falling, () => 0),
      images(4, 6 * 6 * 8),
    );
    expect(layers).toHaveLength(1);
    expect(layers[0]).toMatchObject({ node: 0, name: 'dw', op: 'DepthwiseConv2d', blocks: [block] });
    const { range, scale, zeroPoint, snrDb, clipped } = layers[0]?.output ?? {};
    expect(((range?.max ?? 0) - (range?.min ?? 0)) / 255).toBeCloseTo(scale ?? 0, 3);
    expect(Number.isInteger(zeroPoint)).toBe(true);
    expect(snrDb).toBeGreaterThan(35);
    expect(clipped).toBe(0);
    expect(inputs[0]?.snrDb).toBeGreaterThan(40);
    expect(rest).toMatchObject({ method: 'min-max', calibrationImages: 4, comparedImages: 4 });
  });

  it('compare the first images only', () => {
    const graph = depthwise(2, falling, () => 0);
    const data = images(5, 72);
    const quantized = quantize(graph, data, { method: 'min-max', evaluate: evaluateFloat });
    const { comparedImages } = report(graph, quantized, data, { evaluateFloat, evaluateQuantized, count: 2 });
    expect(comparedImages).toBe(2);
  });
});

describe('warnings', () => {
  it('are none for a network without trouble', () => {
    expect(
      reported(
        depthwise(4, falling, () => 0.1),
        images(12, 144),
      ).warnings,
    ).toEqual([]);
  });

  it('are none of channels that differ in range, which have a scale each and lose nothing here', () => {
    const graph = depthwise(
      8,
      (i, c) => (c === 3 ? 5000 : 1) * (i === 8 ? 1 : 0.5 - i / 16),
      () => 0,
    );
    const { warnings, layers } = reported(graph, images(12, 288));
    expect(layers[0]?.weights?.perTensorLosesBits).toBe(12);
    expect(warnings.filter(({ text }) => /per-tensor|range ratio/.test(text))).toEqual([]);
    expect(warnings.map(({ kind }) => kind)).not.toContain('coarse-weights');
  });

  it('name the channels whose weights lost much here, and what they keep', () => {
    const build = new GraphBuilder('outlier');
    const x = build.input('x', [1, 1, 1, 2000], undefined, f32);
    // One weight of channel 1 is so large that the scale rounds its others to 0; those of channel 0 are alike.
    const w = Float32Array.from({ length: 4000 }, (_, i) => (i === 2000 ? 1 : 0.003 * (i % 2 ? 1 : -1)));
    const weights = build.constant('w', [2, 2000], w);
    const attributes = { activation: 'none', scaleProduct: 'f64' } as const;
    build.output(build.add(fullyConnected, attributes, [x, weights], { name: 'fc', ...f32 }));
    const { warnings } = reported(build.build(), images(12, 2000));
    expect(warnings.filter(({ kind }) => kind === 'coarse-weights')).toEqual([
      {
        kind: 'coarse-weights',
        node: 0,
        name: 'fc',
        place: '"fc"',
        text: expect.stringMatching(
          /^the weights of channel 1 keep only 17\.\d dB of signal to noise: a few of them are much larger than the rest$/,
        ),
        harm: expect.closeTo(-17.5, 0),
      },
    ]);
  });

  it('give node number and operator where there is no name, and the number of an input', () => {
    const build = new GraphBuilder('nameless');
    const x = build.input('', [1, 1, 1, 2], undefined, f32);
    const w = build.constant('w', [2, 2], Float32Array.of(1, 2, 0, 0));
    const attributes = { activation: 'none', scaleProduct: 'f64' } as const;
    build.output(build.add(fullyConnected, attributes, [x, w], { name: '', ...f32 }));
    const { warnings } = reported(build.build(), images(2, 2));
    expect(warnings.map(({ kind, place }) => [kind, place])).toEqual([
      ['few-images', 'input 0'],
      ['dead-channel', 'node 0 FullyConnected'],
    ]);
  });

  it('are none of a scale that is fixed and cuts off its last step', () => {
    const build = new GraphBuilder('sure');
    const x = build.input('x', [1, 1, 1, 4], undefined, f32);
    build.output(build.add(softmax, { beta: 1 }, [x], { name: 'softmax', ...f32 }));
    const sure = Array.from({ length: 12 }, (_, i) => [Float32Array.of(90 + i, 0, 0, 0)]);
    expect(reported(build.build(), sure).warnings).toEqual([]);
  });

  it('name dead channels, biases that would overflow, values cut off and noise, the worst first', () => {
    const taps = [0, 0, 1e-11, 1, 1, 1];
    const graph = depthwise(
      6,
      (i, c) => (taps[c] as number) * (i === 4 ? 1 : -0.25),
      (c) => (c === 2 ? 5 : 0),
    );
    const quiet = images(12, 216);
    const loud = quiet.map((image) => image.map((values) => values.map((value) => 3 * value)));
    const quantized = quantize(graph, quiet, { method: 'min-max', evaluate: evaluateFloat });
    const { warnings } = report(graph, quantized, loud, { evaluateFloat, evaluateQuantized });
    const kinds = warnings.map(({ kind }) => kind);
    expect(kinds).toEqual(['noisy-output', 'clipped', 'clipped', 'widened-channel', 'dead-channel']);
    expect(warnings[0]?.text).toMatch(/^only \d+(\.\d+)? dB of signal to noise in the network's output: noise is/);
    expect(warnings[1]).toMatchObject({
      node: -1,
      name: 'x',
      text: expect.stringMatching(/^6\d\.\d % of its values lie/),
    });
    expect(warnings[3]?.text).toMatch(
      /^the bias would overflow int32 in channel 2: weights are .* times coarser, .* bits less$/,
    );
    expect(warnings[4]?.text).toBe('all weights are 0 in 2 channels (0, 1): it gives its bias, whatever the input');
  });

  it('name a layer where signal to noise falls', () => {
    const build = new GraphBuilder('cancels');
    const x = build.input('x', [1, 1, 1, 2], undefined, f32);
    const dense = { activation: 'none', scaleProduct: 'f64' } as const;
    const w = build.constant('w', [1, 2], Float32Array.of(1, -1));
    const y = build.add(fullyConnected, dense, [x, w], { name: 'difference', ...f32 });
    const v = build.constant('v', [1, 1], Float32Array.of(1));
    build.output(build.add(fullyConnected, dense, [y, v], { name: 'last', ...f32 }));
    const close = images(12, 1).map(([values]) => [Float32Array.of(3 + (values?.[0] ?? 0), 3.02)]);
    const near = close.map(([values]) => [Float32Array.of(values?.[0] ?? 0, (values?.[0] ?? 0) - 0.02)]);
    const { warnings } = reported(build.build(), [...close, ...near].slice(12));
    expect(warnings.map(({ kind, name }) => [kind, name])).toEqual([
      ['noisy-output', 'last'],
      ['noisy-layer', 'difference'],
    ]);
  });
});

it.each([0, -1, 0.5, Number.NaN, Infinity])('refuses a report over %d images', (count) => {
  const graph = depthwise(2, falling, () => 0);
  const data = images(2, 6 * 6 * 2);
  const quantized = quantize(graph, data, { method: 'min-max', evaluate: evaluateFloat });
  expect(() => report(graph, quantized, data, { evaluateFloat, evaluateQuantized, count })).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringContaining(`report: count ${count}: `) }),
  );
});
