import { int32Bytes, type WriteOperator, type WriteTensor, writeTflite } from '../import/write-tflite.ts';

type Shape = readonly [n: 1, h: number, w: number, c: number];

const map = (shape: Shape): WriteTensor => ({ shape, scale: [0.5], zeroPoint: [0] });
const ints = (shape: readonly number[], values: readonly number[]): WriteTensor => ({
  shape,
  type: 'int32',
  bytes: int32Bytes(values),
});
const square: Shape = [1, 4, 4, 4];

/** A file as it grows: tensor 0 is its input. */
class Chain {
  readonly tensors: WriteTensor[] = [map(square)];
  readonly operators: WriteOperator[] = [];

  tensor(tensor: WriteTensor): number {
    return this.tensors.push(tensor) - 1;
  }

  add(name: string, inputs: readonly number[], shape: Shape = square, more: Partial<WriteOperator> = {}): number {
    const y = this.tensor(map(shape));
    this.operators.push({ name, inputs: [...inputs], outputs: [y], ...more });
    return y;
  }

  bytes(output: number): Uint8Array {
    const { tensors, operators } = this;
    return writeTflite({ tensors, operators, inputs: [0], outputs: [output] });
  }
}

const along = { optionsType: 10, options: [[0, 'int32', 3]] } as const;

function repeated(count: number, step: (chain: Chain, x: number, i: number) => number): Uint8Array {
  const chain = new Chain();
  let x = 0;
  for (let i = 0; i < count; i++) x = step(chain, x, i);
  return chain.bytes(x);
}

/** Files of many nodes, each a shape of graph that some stage may take long over. */
export const chains: Readonly<Record<string, (count: number) => Uint8Array>> = {
  /** Each adds the one before to itself: one memory throughout. */
  chain: (count) => repeated(count, (chain, x) => chain.add('ADD', [x, x])),
  /** All read the input, which is kept to the end. */
  star: (count) => repeated(count, (chain, x) => chain.add('ADD', [x, 0])),
  relu: (count) => repeated(count, (chain, x) => chain.add('RELU', [x])),
  reshape: (count) => repeated(count, (chain, x) => chain.add('RESHAPE', [x])),
  pad: (count) =>
    repeated(count, (chain, x, i) => {
      const one = chain.tensor(ints([4, 2], [0, 0, 1, 0, 0, 0, 0, 0]));
      return chain.add('PAD', [x, one], [1, 5 + i, 4, 4]);
    }),
  transpose: (count) =>
    repeated(count, (chain, x) => chain.add('TRANSPOSE', [x, chain.tensor(ints([4], [0, 2, 1, 3]))])),
  /** Additions of the input, all joined by one node. */
  concat: (count) => {
    const chain = new Chain();
    const parts = Array.from({ length: count }, () => chain.add('ADD', [0, 0]));
    return chain.bytes(chain.add('CONCATENATION', parts, [1, 4, 4, 4 * count], along));
  },
  /** Each layer joins all before it. */
  dense: (count) => {
    const chain = new Chain();
    const parts = [0];
    let x = 0;
    for (let i = 0; i < count; i++) {
      const begin = chain.tensor(ints([4], [0, 0, 0, 0]));
      parts.push(chain.add('SLICE', [x, begin, chain.tensor(ints([4], [1, 4, 4, 1]))], [1, 4, 4, 1]));
      x = chain.add('CONCATENATION', parts, [1, 4, 4, 5 + i], along);
    }
    return chain.bytes(x);
  },
};
