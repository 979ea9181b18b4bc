import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/index.ts';
import { readModel } from '../../src/format/read.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { type Graph, viewOf } from '../../src/graph/graph.ts';
import { scratchBytesOf } from '../../src/graph/op.ts';
import { gemm } from '../../src/kernels/gemm.ts';
import { convGraph } from '../cases/conv2d.ts';
import { conv, relu, window } from '../support/fake-ops.ts';

/** 48×48×8 → 1×1 convolution → 48×48×16 */
function pointwise(): Graph {
  const build = new GraphBuilder('pointwise');
  const x = build.input('in', [1, 48, 48, 8]);
  build.output(build.add(conv, window({ channels: 16 }), [x], { name: 'y' }));
  return build.build();
}

describe('compile', () => {
  it('gives the exact RAM figure: 55,296 bytes of activations and scratch apart', () => {
    const { model } = compile(pointwise());
    const scratch = 4 * (48 + 48) + 40 + 48;
    expect(model.metadata.ram).toEqual({ activations: 55296, zeroRows: 0, scratch, state: 4, unused: 24 });
    expect(model.ramBytes).toBe(55296 + scratch + 4 + 24);
    expect(model.bindingStep).toBe(0);
  });

  it('gives it for the real convolution too, whose kernel says how much scratch it takes', () => {
    const graph = convGraph({ shape: [1, 48, 48, 8], window: [1, 1], outputs: 16 });
    const { model } = compile(graph);
    const { activations, zeroRows, scratch, state, unused } = model.metadata.ram;
    expect([activations, zeroRows, state]).toEqual([55296, 0, 4]);
    expect(scratch).toBe(4 * (48 + 48) + scratchBytesOf(gemm, viewOf(graph, graph.nodes[0] as never), 48));
    expect(model.ramBytes).toBe(activations + scratch + state + unused);
    expect(unused).toBeLessThan(16 + 16);
  });

  it('writes a file that reads back as the model', () => {
    const labels = Array.from({ length: 16 }, (_, i) => `class ${i}`);
    const { bytes, model } = compile(pointwise(), { labels });
    const read = readModel(bytes);
    expect(read.metadata).toEqual(model.metadata);
    expect(read.operands).toEqual(model.operands);
    expect(read.inputs).toEqual(model.inputs);
    expect(read.schedule).toEqual(model.schedule);
    expect([read.ramBytes, read.stateOffset, read.labels]).toEqual([model.ramBytes, model.stateOffset, labels]);
  });

  it('gives the same bytes each time', () => {
    expect(compile(pointwise()).bytes).toEqual(compile(pointwise()).bytes);
  });

  it('keeps every tensor for dumps when asked', () => {
    const build = new GraphBuilder();
    const none = {} as unknown as null;
    const a = build.add(relu, none, [build.input('in', [1, 4, 4, 4])]);
    build.output(build.add(relu, none, [a]));
    const graph = build.build();
    expect(compile(graph).model.metadata.ram.activations).toBe(64);
    expect(compile(graph, { keep: 'all' }).model.metadata.ram.activations).toBe(3 * 64);
  });
});
