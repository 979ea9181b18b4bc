import type { Numbers } from '../format/values.ts';
import type { LookupAttributes } from '../graph/attributes.ts';
import { defineOp, equivalent, type Op } from '../graph/op.ts';
import { eachChannel, oneToOne } from '../graph/rules.ts';
import type { Tensor } from '../graph/tensor.ts';
import { realTable } from '../kernels/dequantize.ts';
import { lookup as kernel } from '../kernels/functions/lookup.ts';

/**
 * y = table[x + 128]: what a chain of functions of one byte becomes (src/passes/fold-functions.ts), and one that ends in real values
 * (src/passes/fold-real.ts). y is not written over x where it is real: values of 1 and 4 bytes have other layouts.
 */
export const lookup: Op<LookupAttributes> = defineOp<LookupAttributes>({
  type: 'Lookup',
  summary: 'Any function of one byte, by its table: what chains of other functions become',

  outputShapes([x], { table }) {
    if (table.length !== 256)
      throw new Error(`a table of ${table.length} values is not a function of a byte, which has 256`);
    return [(x as Tensor).shape];
  },

  macs: () => 0,
  rowsRead: 'row for row',
  rows: () => oneToOne,
  channels: () => eachChannel,
  mayOverwrite: [0],
  operands: {
    inputs: [{ name: 'x', dtypes: ['i8'], per: 'tensor' }],
    outputs: [{ name: 'y', dtypes: ['i8', 'f32'], per: 'tensor' }],
  },
  asTable: (table) => equivalent(lookup, { table }),

  reference({ attributes: { table } }, [x], [y]) {
    (x as Numbers).forEach((q, i) => {
      (y as Numbers)[i] = table[q + 128];
    });
  },

  kernels: [kernel, realTable],
});
