import { describe, expect, it } from 'vitest';
import { rowKinds } from '../../src/format/instructions.ts';
import type { ModelFile } from '../../src/format/model-file.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { defineOp } from '../../src/graph/op.ts';
import { pack } from '../../src/pack/pack.ts';
import { select } from '../../src/pack/select.ts';
import { plan } from '../../src/plan/plan.ts';
import { add, conv, fakeKernel, mean, relu, reshape, window } from '../support/fake-ops.ts';

function packed(graph: Graph, labels?: readonly string[]): ModelFile {
  const kernels = select(graph);
  return pack(graph, kernels, plan(graph, kernels), { ...(labels && { labels }) });
}

const same = { top: 1, left: 1, bottom: 1, right: 1 };

describe('a stage record', () => {
  it('names operands, the window of rows, the zero row and scratch', () => {
    const build = new GraphBuilder();
    const x = build.input('in', [1, 9, 5, 2], quantizedBy(1, 3));
    const given = window({ window: 3, stride: 2, dilation: 2, padding: { ...same, top: 2 } });
    build.output(build.add(conv, given, [x], { name: 'y' }));
    const { stages, operands, schedule, stateOffset } = packed(build.build());
    expect(stages.map(({ opcode }) => opcode)).toEqual(['fill', 'gemm']);
    const [fill, gemm] = stages.map(({ words }) => words);
    expect(fill).toMatchObject({ y: 2, x: -1, x2: -1, zeroRow: -1, rowKind: rowKinds.window, scratchBytes: 16 });
    expect(gemm).toMatchObject({ y: 1, x: 0, x2: -1, zeroRow: 2, rowKind: rowKinds.window });
    expect(gemm).toMatchObject({ windowH: 3, strideH: 2, dilationH: 2, padTop: 2 });
    const rows = operands[1]?.height as number;
    const tables = 4 * ((rows - 1) * 2 + 2 * 2 + 1 + rows);
    expect(gemm?.scratchBytes).toBe(Math.ceil(tables / 16) * 16 + 40 + rows);
    expect((gemm?.scratch ?? 1) % 16).toBe(0);
    expect(stateOffset % 16).toBe(0);
    expect(operands[2]).toMatchObject({ height: 1, capacity: 1, width: 7, channels: 2, zeroPoint: 3, rowBytes: 14 });
    expect(schedule).toEqual([
      { stage: 0, rows: 1 },
      { stage: 1, rows },
    ]);
  });

  it('gives whole, flat and broadcast operands their kinds', () => {
    const build = new GraphBuilder();
    const x = build.input('in', [1, 6, 5, 2]);
    const m = build.add(mean, null, [x]);
    const sum = build.add(add, null, [x, m]);
    const flat = build.add(reshape, { shape: [1, 5, 6, 2] }, [sum]);
    build.output(build.add(conv, window({ window: 3, padding: same }), [flat]));
    const words = packed(build.build()).stages.map((stage) => stage.words);
    expect(words[0]).toMatchObject({ rowKind: rowKinds.whole, windowH: 6, strideH: 1, dilationH: 1, padTop: 0 });
    expect(words[1]).toMatchObject({ rowKind: rowKinds.window, windowH: 1, rowKind2: rowKinds.once, x: 0, x2: 1 });
    expect(words[2]).toMatchObject({ rowKind: rowKinds.flat, windowH: 1 });
  });

  it('holds what its kernel packs, and rejects an opcode that the engine has not', () => {
    const build = (opcode: string): Graph => {
      const kernel = { ...fakeKernel(opcode), pack: () => ({ table: 48 }) };
      const graph = new GraphBuilder();
      graph.output(graph.add(defineOp({ ...relu, kernels: [kernel] }), null, [graph.input('x', [1, 1, 1, 1])]));
      return graph.build();
    };
    expect(packed(build('table')).stages[0]?.words.table).toBe(48);
    expect(() => packed(build('chair'))).toThrow('chair');
  });
});

it('puts constants that are read by row into the data section', () => {
  const build = new GraphBuilder();
  const x = build.input('in', [1, 2, 2, 3]);
  const c = build.constant('c', [1, 1, 1, 3], Int8Array.of(1, 2, 3), quantizedBy(0.5, 4));
  build.output(build.add(add, null, [x, c]));
  const { operands, stages, data, metadata } = packed(build.build());
  const constant = operands[stages[0]?.words.x2 as number];
  expect(constant).toMatchObject({ constant: 1, address: 0, height: 1, capacity: 1, width: 1, channels: 3 });
  expect(constant).toMatchObject({ scale: 0.5, zeroPoint: 4, left: 0, right: 0, rowBytes: 3 });
  expect([...data.subarray(0, 3)]).toEqual([1, 2, 3]);
  expect(metadata.stages[0]?.parameters).toBe(3);
});

it("shows inputs and outputs in the file's shape, and each stage by its node", () => {
  const build = new GraphBuilder('net');
  const x = build.input('speech', [1, 1, 1, 20], quantizedBy(0.25, -1), { fileShape: [8, 20], dtype: 'u8' });
  const map = build.add(reshape, { shape: [1, 4, 5, 1] }, [x], { dtype: 'u8', quantization: quantizedBy(0.25, -1) });
  const y = build.add(conv, window({ window: 3, padding: same, channels: 2 }), [map], {
    name: 'classes',
    fileShape: [8, 4, 5, 2],
    quantization: quantizedBy(0.5, 7),
  });
  build.output(y);
  const { inputs, outputs, operands, labels, metadata } = packed(build.build(), ['a', 'b']);
  expect(inputs).toEqual([
    {
      ...{ operand: 0, name: 'speech', dtype: 'u8', perImage: true, imageBytes: 20 },
      ...{ shape: [8, 20], scale: 0.25, zeroPoint: -1 },
    },
  ]);
  expect(operands[0]).toMatchObject({ height: 4, width: 5, left: 1, right: 1 });
  expect(outputs[0]).toMatchObject({ name: 'classes', imageBytes: 40, shape: [8, 4, 5, 2], scale: 0.5, zeroPoint: 7 });
  expect(labels).toEqual(['a', 'b']);
  expect(metadata).toMatchObject({ name: 'net', inputs: ['speech'], outputs: ['classes'] });
  expect(metadata.stages).toEqual([
    { name: 'row of -1', op: 'Fill', kernel: 'fill', node: -1, macs: 0, parameters: 0 },
    { name: 'classes', op: 'Conv', kernel: 'gemm', node: 1, macs: 4 * 5 * 2 * 9, parameters: 0 },
  ]);
});

it('refuses an input of a type that no kernel takes', () => {
  const build = new GraphBuilder('net');
  const x = build.input('wave', [1, 1, 1, 4], undefined, { dtype: 'i16' });
  build.output(build.add(relu, null, [x]));
  expect(() => packed(build.build())).toThrow('net: the input "wave" is i16 (i8, u8, f32)');
});
