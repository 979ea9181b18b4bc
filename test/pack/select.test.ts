import { expect, it } from 'vitest';
import { LiteBlockError } from '../../src/format/errors.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { defineOp } from '../../src/graph/op.ts';
import { select } from '../../src/pack/select.ts';
import { fakeKernel, relu, unrunnable } from '../support/fake-ops.ts';

it('takes the first kernel that accepts', () => {
  const [odd, even] = [{ ...fakeKernel('gemm'), refuses: () => 'no' }, fakeKernel('table')];
  const build = new GraphBuilder();
  build.add(defineOp({ ...relu, kernels: [odd, even, fakeKernel('reshape')] }), null, [build.input('x', [1, 1, 1, 1])]);
  expect(select(build.build())).toEqual([even]);
});

it('names every node that nothing runs, with the reasons of each kernel', () => {
  const build = new GraphBuilder('net');
  const x = build.input('x', [1, 1, 1, 1]);
  const a = build.add(unrunnable, null, [x], { name: 'first' });
  const b = build.add(defineOp({ ...relu, kernels: [] }), null, [a], { name: 'second' });
  build.add(relu, null, [b]);
  let error: unknown;
  try {
    select(build.build());
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(LiteBlockError);
  const { code, problems, message } = error as LiteBlockError;
  expect(code).toBe('unsupported');
  expect(problems).toEqual([
    { node: 0, op: 'Unrunnable', name: 'first', what: 'table: x is odd; reshape: it is no reshape' },
    { node: 1, op: 'Relu', name: 'second', what: 'no kernel runs this op' },
  ]);
  expect(message).toContain('node 1 Relu "second": no kernel runs this op');
});

it('says of a model of real values, once, how it is quantised first', () => {
  const build = new GraphBuilder('net');
  const x = build.input('x', [1, 1, 1, 1], undefined, { dtype: 'f32' });
  build.add(relu, null, [build.add(relu, null, [x], { dtype: 'f32' })], { dtype: 'f32' });
  expect(() => select(build.build())).toThrow(
    expect.objectContaining({
      code: 'unsupported',
      message: 'net: the model is float32: quantise it first, with liteblock quantize MODEL --data IMAGES -o out.lbm',
    }),
  );
});
