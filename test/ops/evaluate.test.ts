import { expect, it } from 'vitest';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import { add } from '../../src/ops/add.ts';
import { catalogue } from '../../src/ops/catalogue.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { quantize } from '../../src/ops/quantize.ts';

it('keeps every tensor of a run, and the inputs as they were given', () => {
  const builder = new GraphBuilder();
  const x = builder.input('x', [1, 1, 2, 1], quantizedBy(1, 0));
  const half = builder.add(quantize, {}, [x], { quantization: quantizedBy(2, 0) });
  const sum = builder.add(add, { activation: 'none' }, [half, x], { quantization: quantizedBy(1, 0) });
  builder.output(sum);
  const image = Int8Array.from([4, -6]);
  const { outputs, tensors } = evaluate(builder.build(), [image]);
  expect(outputs).toEqual([Int8Array.from([8, -12])]);
  expect(tensors.get(half)).toEqual(Int8Array.from([2, -3]));
  expect(tensors.get(sum)).toBe(outputs[0]);
  expect(image).toEqual(Int8Array.from([4, -6]));
});

it('refuses inputs that are missing, too short or of another type', () => {
  const builder = new GraphBuilder();
  const x = builder.input('x', [1, 1, 2, 1], quantizedBy(1, 0));
  builder.output(builder.add(quantize, {}, [x], { quantization: quantizedBy(1, 0) }));
  const graph = builder.build();
  expect(() => evaluate(graph, [])).toThrow('input "x" is given nothing (2 in Int8Array)');
  expect(() => evaluate(graph, [Int8Array.of(1)])).toThrow('input "x" is given 1 values in Int8Array');
  expect(() => evaluate(graph, [Uint8Array.of(1, 2)])).toThrow('input "x" is given 2 values in Uint8Array');
});

it('lists operators of distinct types, each that takes quantised values with a kernel', () => {
  const types = catalogue.map(({ type }) => type);
  expect(new Set(types).size).toBe(types.length);
  const without = catalogue.filter(({ kernels }) => kernels.length === 0);
  expect(without.filter(({ operands }) => operands.inputs.some(({ dtypes }) => String(dtypes) !== 'f32'))).toEqual([]);
});

it('has names for as many operands as a kernel may be handed', () => {
  for (const { type, operands, mayOverwrite } of catalogue) {
    expect(operands.outputs, type).toHaveLength(1);
    expect(Math.max(-1, ...mayOverwrite), type).toBeLessThan(operands.inputs.length);
  }
});
