import { expect, it } from 'vitest';
import { headerFields, instructions, type Opcode } from '../../src/format/instructions.ts';
import { type Kernel, type NodeView, scratchBytesOf } from '../../src/graph/op.ts';
import { add, sub } from '../../src/kernels/add.ts';
import { argMax } from '../../src/kernels/arg-max.ts';
import { averagePool } from '../../src/kernels/average-pool.ts';
import { concat } from '../../src/kernels/concat.ts';
import { depthwise } from '../../src/kernels/depthwise.ts';
import { dequantize } from '../../src/kernels/dequantize.ts';
import { hardSwish } from '../../src/kernels/functions/hard-swish.ts';
import { leakyRelu, quantize, relu } from '../../src/kernels/functions/requantized.ts';
import { rescale } from '../../src/kernels/functions/rescale.ts';
import { hardSigmoid, logistic, swish, tanh } from '../../src/kernels/functions/smooth.ts';
import { gemm } from '../../src/kernels/gemm.ts';
import { maxPool } from '../../src/kernels/max-pool.ts';
import { mean } from '../../src/kernels/mean.ts';
import { mul } from '../../src/kernels/mul.ts';
import { pad } from '../../src/kernels/pad.ts';
import { prelu } from '../../src/kernels/prelu.ts';
import { quantizeReal } from '../../src/kernels/quantize-real.ts';
import { reshape } from '../../src/kernels/reshape.ts';
import { resizeBilinear, resizeNearestNeighbor } from '../../src/kernels/resize.ts';
import { select } from '../../src/kernels/select.ts';
import { slice } from '../../src/kernels/slice.ts';
import { softmax } from '../../src/kernels/softmax.ts';
import { transpose } from '../../src/kernels/transpose.ts';
import { transposeConv } from '../../src/kernels/transpose-conv.ts';
import { dataSection, linear, tensor, viewOf, weightsOf, window } from './views.ts';

const x = tensor('x', [1, 1, 1, 1]);
const y = tensor('y', [1, 1, 1, 1]);
const signedFraction = tensor('y', [1, 1, 1, 1], { scale: 1 / 128 });
const fraction = tensor('y', [1, 1, 1, 1], { scale: 1 / 256, zeroPoint: -128 });
const cases: readonly (readonly [Kernel, NodeView])[] = [
  [gemm as Kernel, viewOf({ ...linear, ...window(), groups: 1 }, [x, weightsOf([1, 1, 1, 1], [1])], y)],
  [depthwise as Kernel, viewOf({ ...linear, ...window() }, [x, weightsOf([1, 1, 1], [1])], y)],
  [add as Kernel, viewOf({ activation: 'none' }, [x, x], y)],
  [sub as Kernel, viewOf({ activation: 'none' }, [x, x], y)],
  [averagePool as Kernel, viewOf({ ...window(), window: [1, 1], activation: 'none' }, [x], y)],
  [maxPool as Kernel, viewOf({ ...window(), window: [1, 1], activation: 'none' }, [x], y)],
  [mul as Kernel, viewOf({ activation: 'none' }, [x, x], y)],
  [mean as Kernel, viewOf({ axes: 'hw' }, [x], y)],
  [pad as Kernel, viewOf({ before: [0, 0, 0], after: [0, 0, 0] }, [x], y)],
  [reshape as Kernel, viewOf({ shape: [1, 1, 1, 1] }, [x], y)],
  [resizeNearestNeighbor as Kernel, viewOf({ size: [2, 2] }, [x], y)],
  [resizeBilinear as Kernel, viewOf({ size: [2, 2], unsigned: false }, [x], y)],
  [softmax as Kernel, viewOf({ beta: 1 }, [x], fraction)],
  [quantize as Kernel, viewOf({}, [x], y)],
  [relu as Kernel, viewOf({ activation: 'relu6' }, [x], y)],
  [prelu as Kernel, viewOf({}, [x, tensor('slopes', [1], { data: Int8Array.of(1) })], y)],
  [leakyRelu as Kernel, viewOf({ alpha: 0.5 }, [x], y)],
  [tanh as Kernel, viewOf({}, [x], signedFraction)],
  [logistic as Kernel, viewOf({}, [x], fraction)],
  [hardSigmoid as Kernel, viewOf({}, [x], fraction)],
  [swish as Kernel, viewOf({}, [x], y)],
  [hardSwish as Kernel, viewOf({}, [x], y)],
  [slice as Kernel, viewOf({ begin: [0, 0, 0], size: [1, 1, 1] }, [x], y)],
  [dequantize as Kernel, viewOf({}, [x], tensor('y', [1, 1, 1, 1], { dtype: 'f32' }))],
  [quantizeReal as Kernel, viewOf({}, [tensor('x', [1, 1, 1, 1], { dtype: 'f32' })], y)],
  [argMax as Kernel, viewOf({ of: 'max' }, [x], tensor('y', [1, 1, 1, 1], { dtype: 'i64' }))],
  [select as Kernel, viewOf({ order: [0] }, [x], y)],
  [
    transposeConv as Kernel,
    viewOf({ ...linear, stride: [1, 1], crop: [0, 0], size: [1, 1] }, [x, weightsOf([1, 1, 1, 1], [1])], y),
  ],
  [transpose as Kernel, viewOf({ order: [0, 1, 2] }, [x], y)],
  [rescale as Kernel, viewOf({}, [x], y)],
  [concat as Kernel, viewOf({}, [x, x], tensor('y', [1, 1, 1, 2]))],
];

it.each(cases)('$name writes every field of its record and none of the header', (kernel, view) => {
  expect(kernel.refuses(view)).toBeUndefined();
  const words = kernel.pack(view, dataSection());
  expect(Object.keys(words).sort()).toEqual([...instructions[kernel.opcode as Opcode]].sort());
  for (const field of headerFields) expect(words).not.toHaveProperty(field);
  for (const word of Object.values(words)) expect(word).toBe(word | 0);
});

it.each(cases)('$name asks for whole vectors of scratch', (kernel, view) => {
  expect(scratchBytesOf(kernel, view, 1) % 16).toBe(0);
});

it('has a kernel for every opcode but fill, which the packer makes itself', () => {
  expect(new Set(['fill', ...cases.map(([kernel]) => kernel.opcode)])).toEqual(new Set(Object.keys(instructions)));
});
