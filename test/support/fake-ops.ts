import { inputOf, nhwc } from '../../src/graph/graph.ts';
import type { Kernel, NodeView } from '../../src/graph/op.ts';
import { defineOp, type Op } from '../../src/graph/op.ts';
import { oneToOne } from '../../src/graph/rules.ts';
import { type NHWC, noPadding, type Padding, type Tensor, windowCount } from '../../src/graph/tensor.ts';

/**
 * Ops that have a shape, rows and padding but no meaning: enough for the planner. Kernels pack nothing and ask for
 * scratch, so that it takes part in every arena.
 */
export const fakeKernel = (opcode: string, scratch = 40): Kernel<never> => ({
  name: opcode,
  opcode,
  refuses: () => undefined,
  scratchBytes: (_, rows) => scratch + rows,
  pack: () => ({}),
});

const shape = (tensors: readonly (Tensor | undefined)[], i = 0): NHWC => nhwc(tensors[i] as Tensor);

const base = {
  summary: 'A fake.',
  rowsRead: 'row for row',
  macs: () => 0,
  operands: { inputs: [{ name: 'x', dtypes: ['i8'], repeated: true }], outputs: [{ name: 'y', dtypes: ['i8'] }] },
  reference: () => {},
  mayOverwrite: [],
} as const;

export interface Window {
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: Padding;
  readonly channels: number;
}

export const window = (given: Partial<Window> = {}): Window => ({
  window: 1,
  stride: 1,
  dilation: 1,
  padding: noPadding,
  channels: 4,
  ...given,
});

const windowed = (type: string, opcode: string, zeroRow: boolean, columns: boolean): Op<Window> =>
  defineOp<Window>({
    ...base,
    type,
    outputShapes(inputs, { window, stride, dilation, padding, channels }) {
      const [n, h, w] = shape(inputs);
      const oh = windowCount(h, window, stride, dilation, padding.top, padding.bottom);
      const ow = windowCount(w, window, stride, dilation, padding.left, padding.right);
      return [[n, oh, ow, channels]];
    },
    macs: ({ attributes: { window, channels }, inputs, outputs }) => {
      const [, h, w] = shape(outputs);
      return h * w * channels * window * window * shape(inputs)[3];
    },
    rows: ({ attributes: { window, stride, dilation, padding } }) => ({
      ...{ kind: 'window', window, stride, dilation },
      top: padding.top,
    }),
    padding: ({ attributes: { padding } }) =>
      columns ? { left: padding.left, right: padding.right, zeroRow } : undefined,
    kernels: [fakeKernel(opcode)],
  });

/** Reads padding columns and rows. */
export const conv = windowed('Conv', 'gemm', true, true);
/** Reads neither: it is given the valid ranges. */
export const pool = windowed('Pool', 'averagePool', false, false);

export const relu = defineOp<null>({
  ...base,
  type: 'Relu',
  outputShapes: (inputs) => [shape(inputs)],
  rows: () => oneToOne,
  mayOverwrite: [0],
  kernels: [fakeKernel('table', 0)],
});

const isBroadcast = ({ inputs }: NodeView<null>, input: number): boolean =>
  shape(inputs, input)[1] !== shape(inputs, 1 - input)[1] && shape(inputs, input)[1] === 1;

export const add = defineOp<null>({
  ...base,
  type: 'Add',
  outputShapes: (inputs) => [shape(inputs)],
  rows: (view, input) => (isBroadcast(view, input) ? { kind: 'once' } : oneToOne),
  mayOverwrite: [0, 1],
  kernels: [{ ...fakeKernel('add'), operands: () => [0, 1] }],
});

export const mean = defineOp<null>({
  ...base,
  type: 'Mean',
  outputShapes: (inputs) => [[1, 1, 1, shape(inputs)[3]]],
  rows: () => ({ kind: 'whole', reason: 'every pixel counts' }),
  kernels: [fakeKernel('mean')],
});

export const reshape = defineOp<{ readonly shape: NHWC }>({
  ...base,
  type: 'Reshape',
  outputShapes: (_, attributes) => [attributes.shape],
  rows: () => ({ kind: 'flat' }),
  view: true,
  kernels: [fakeKernel('reshape')],
});

/** Twice the rows: row y lies between the rows ⌊(y − 1) / 2⌋ and ⌊(y + 1) / 2⌋ of x. */
export const upsample = defineOp<null>({
  ...base,
  type: 'Upsample',
  outputShapes: (inputs) => {
    const [n, h, w, c] = shape(inputs);
    return [[n, 2 * h, w, c]];
  },
  rows: (view) => ({
    kind: 'span',
    rows: (y) => [Math.max(Math.floor((y - 1) / 2), 0), Math.min(Math.floor((y + 1) / 2) + 1, shape(view.inputs)[1])],
  }),
  kernels: [fakeKernel('table')],
});

/** Some channels of every pixel. */
export const part = defineOp<{ readonly first: number; readonly channels: number }>({
  ...base,
  type: 'Part',
  outputShapes: (inputs, { channels }) => [[...shape(inputs).slice(0, 3), channels]],
  rows: () => oneToOne,
  part: ({ attributes }) => attributes.first,
  kernels: [fakeKernel('slice')],
});

/** Channels side by side. */
export const join = defineOp<null>({
  ...base,
  type: 'Join',
  outputShapes: (inputs) => [
    [...shape(inputs).slice(0, 3), inputs.reduce((sum, _, i) => sum + shape(inputs, i)[3], 0)],
  ],
  rows: () => oneToOne,
  places: ({ inputs }) => inputs.map((_, i) => inputs.slice(0, i).reduce((sum, __, j) => sum + shape(inputs, j)[3], 0)),
  kernels: [{ ...fakeKernel('slice'), operands: ({ inputs }) => inputs.map((_, i) => i) }],
});

const spilling: Kernel<never> = { ...fakeKernel('gemm'), writesApart: false };

/** A convolution whose kernel may write between its pixels. */
export const spillingConv = defineOp<Window>({ ...conv, type: 'SpillingConv', kernels: [spilling] });

/** A convolution whose kernel wants neighboring pixels. */
export const denseConv = defineOp<Window>({
  ...conv,
  type: 'DenseConv',
  kernels: [{ ...fakeKernel('gemm'), readsApart: () => false }],
});

/** An op that no kernel runs. */
export const unrunnable = defineOp<null>({
  ...base,
  type: 'Unrunnable',
  outputShapes: (inputs) => [shape(inputs)],
  rows: () => oneToOne,
  kernels: [
    { ...fakeKernel('table'), refuses: (view) => `${inputOf(view, 0).name} is odd` },
    { ...fakeKernel('reshape'), refuses: () => 'it is not a reshape' },
  ],
});
