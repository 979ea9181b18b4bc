import { describe, expect, it } from 'vitest';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import { noPadding, type TensorId } from '../../src/graph/tensor.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { selectChannels } from '../../src/ops/select-channels.ts';
import { softmax } from '../../src/ops/softmax.ts';
import { quantize } from '../../src/quantize/quantize.ts';
import { dense, denseGraph, errorOf, f32, floats, run } from './dense-graph.ts';
import { observing, oneImage } from './observed.ts';

describe('refusals', () => {
  it('name the node that joins an output of a known range with values beyond it', () => {
    const build = new GraphBuilder('joined');
    const x = build.input('x', [1, 1, 1, 2], undefined, f32);
    const p = build.add(softmax, { beta: 1 }, [x], f32);
    const y = build.add(selectChannels, { order: [0, 1, 2, 3] }, [p, x], { name: 'both', ...f32 });
    build.output(y);
    const seen = (most: number): [TensorId, number[]][] => [
      [x, [0, most]],
      [p, [0.1, 0.9]],
      [y, [0, most]],
    ];
    expect(errorOf(() => run(build.build(), seen(2))).message).toMatch(
      /^quantize: node 1 SelectChannels "both": its tensors share the scale 0.00390625 of \[0, 0.99609375\] .* from 0 to 2/,
    );
    const { graph } = run(build.build(), seen(1));
    expect(graph.tensors[x]?.quantization).toEqual({ scale: [1 / 256], zeroPoint: [-128], axis: 0 });
  });

  it('name node and constant where a weight is not a finite number', () => {
    const { graph, x, y } = denseGraph(floats(1, Number.NaN), 1);
    const error = errorOf(() =>
      run(graph, [
        [x, [1]],
        [y, [1]],
      ]),
    );
    expect(error.code).toBe('graph-invalid');
    expect(error.message).toBe(
      'quantize: node 0 FullyConnected "fc": its weights "w" has the value NaN at index 1; expected finite numbers',
    );
  });

  it('name node, tensor and image where an activation is not a finite number', () => {
    const { graph, x, y } = denseGraph(floats(1), 1);
    const error = errorOf(() =>
      run(graph, [
        [x, [1]],
        [y, [Infinity]],
      ]),
    );
    expect(error.message).toBe('quantize: node 0 FullyConnected "fc": "fc" has the value Infinity on image 0');
    const input = errorOf(() => run(graph, [[x, [Number.NaN]]]));
    expect(input).toMatchObject({ code: 'input', message: 'quantize: image 0 has the value NaN in input "x"' });
  });

  it('say that there is no image', () => {
    const { graph } = denseGraph(floats(1), 1);
    const none = () => quantize(graph, [], { method: 'min-max', evaluate: observing(new Map()) });
    expect(errorOf(none)).toMatchObject({ code: 'usage', message: expect.stringContaining('no images') });
  });

  it('say that images can be iterated once only, where the method needs them twice', () => {
    const { graph, x, y } = denseGraph(floats(1), 1);
    const evaluate = observing(
      new Map([
        [x, [1]],
        [y, [1]],
      ]),
    );
    const error = errorOf(() => quantize(graph, oneImage.values(), { method: 'mse', evaluate }));
    expect(error).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('1 images in the first pass and 0'),
    });
  });

  it('name the tensor that is not float32', () => {
    const build = new GraphBuilder('quantised');
    const x = build.input('x', [1, 1, 1, 1], quantizedBy(1, 0));
    build.output(build.add(reshape, { shape: [1, 1, 1, 1] }, [x], { quantization: quantizedBy(1, 0) }));
    expect(errorOf(() => run(build.build(), [])).message).toBe(
      'quantize: node 0 Reshape "Reshape_0": its x "x" is i8; expected f32',
    );
  });

  it('say that weights are computed', () => {
    const build = new GraphBuilder('computed');
    const x = build.input('x', [1, 1, 1, 1], undefined, f32);
    const window = { stride: [1, 1], dilation: [1, 1], padding: noPadding } as const;
    build.output(build.add(conv2d, { ...window, groups: 1, ...dense }, [x, x], f32));
    const error = errorOf(() =>
      run(build.build(), [
        [x, [1]],
        [1, [1]],
      ]),
    );
    expect(error.message).toBe('quantize: node 0 Conv2d "Conv2d_0": its weights must be constant; they are computed');
  });
});
