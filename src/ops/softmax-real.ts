import { realExponentials, softmaxTerm } from '../arithmetic/softmax-terms.ts';
import type { Numbers } from '../format/values.ts';
import type { RealAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { softmaxReal as kernel } from '../kernels/softmax-real.ts';
import { rowForRow } from './elementwise.ts';

/**
 * The float32 softmax of the real values of int8 ones: what DEQUANTIZE and SOFTMAX of a file become. Terms are exponentials rounded to
 * float32, their sum is taken in order, and quotients are rounded, as in TFLite's reference: the same bits wherever the C library's
 * expf rounds correctly.
 */
export const softmaxReal = defineOp<RealAttributes>({
  ...rowForRow,
  type: 'SoftmaxReal',
  summary: 'Softmax over channels in float32, of the real values of int8 ones',
  mayOverwrite: [], // values of 1 and 4 bytes

  operands: {
    inputs: [{ name: 'x', dtypes: ['i8'], per: 'tensor' }],
    outputs: [{ name: 'y', dtypes: ['f32'] }],
  },

  reference(view, [x], [y]) {
    const [, , , c] = nhwc(inputOf(view, 0));
    const quantization = perTensor(inputOf(view, 0));
    const exponentials = realExponentials(quantization.scale);
    for (let first = 0; first < (x as Numbers).length; first += c) {
      const row = Array.from((x as Numbers).subarray(first, first + c));
      const top = Math.max(...row);
      const terms = row.map((q) => softmaxTerm(q, top, quantization, exponentials));
      const sum = terms.reduce((total, term) => Math.fround(total + term), 0);
      terms.forEach((term, i) => {
        (y as Numbers)[first + i] = term / sum;
      });
    }
  },

  kernels: [kernel],
});
