import { expect, it } from 'vitest';
import { LiteBlockError } from '../../src/format/errors.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import { defineOp } from '../../src/graph/op.ts';
import { dequantize } from '../../src/ops/dequantize.ts';
import { logistic } from '../../src/ops/logistic.ts';
import { quantizeReal } from '../../src/ops/quantize-real.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { softmax } from '../../src/ops/softmax.ts';
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
    { node: 0, op: 'Unrunnable', name: 'first', what: 'table: x is odd; reshape: it is not a reshape' },
    { node: 1, op: 'Relu', name: 'second', what: 'no kernel runs this op' },
  ]);
  expect(message).toContain('node 1 Relu "second": no kernel runs this op');
});

it('says of a model of float values, once, how it is quantised first', () => {
  const build = new GraphBuilder('net');
  const x = build.input('x', [1, 1, 1, 1], undefined, { dtype: 'f32' });
  build.add(relu, null, [build.add(relu, null, [x], { dtype: 'f32' })], { dtype: 'f32' });
  expect(() => select(build.build())).toThrow(
    expect.objectContaining({
      code: 'unsupported',
      message:
        'net: the model is float32: quantise it first, with liteblock quantize MODEL --data IMAGES -o out.lbm, or with quantizeModel of liteblock/quantize',
    }),
  );
});

it('names each node of float values inside a quantised model, and no other', () => {
  const build = new GraphBuilder('net');
  const x = build.input('x', [1, 1, 1, 4], quantizedBy(0.1, 0));
  const real = build.add(dequantize, {}, [x], { dtype: 'f32' });
  const one = build.add(softmax, { beta: 1 }, [real], { name: 'island', dtype: 'f32' });
  const other = build.add(logistic, {}, [one], { name: 'rock', dtype: 'f32' });
  const shaped = build.add(reshape, { shape: [1, 1, 4, 1] }, [other], { dtype: 'f32' });
  build.output(build.add(quantizeReal, {}, [shaped], { quantization: quantizedBy(0.1, 0) }));
  const what =
    'it computes float values inside a quantised model, which may have them only at its inputs and outputs ' +
    '(quantise the operator as well, or end the model before it)';
  expect(() => select(build.build())).toThrow(
    expect.objectContaining({
      code: 'unsupported',
      problems: [
        { node: 1, op: 'Softmax', name: 'island', what },
        { node: 2, op: 'Logistic', name: 'rock', what },
      ],
    }),
  );
});
