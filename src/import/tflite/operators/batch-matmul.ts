import { fullyConnected } from '../../../ops/fully-connected.ts';
import { matMul } from '../../../ops/mat-mul.ts';
import { Arrangement } from '../../arrangement.ts';
import { problem } from '../../conversion.ts';
import { emitAs } from '../../emit.ts';
import { constant, type FoundOperand, fileInput, operand } from '../../operand.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { batchMatMulOptions } from '../schema.ts';

/**
 * A product with one constant matrix: a fully connected layer of every pixel, whose weights may have a zero point. With a computed one:
 * matrices in the rows of maps.
 */
export const convertBatchMatMul: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const matrix = fileInput(node, 1);
  if (!x || !matrix) return;
  const { options } = node.operator;
  const isSet = (slot: number): boolean => scalar(options, slot, 'Uint8') !== 0;
  const [adjX, adjY] = [isSet(batchMatMulOptions.adjX), isSet(batchMatMulOptions.adjY)];
  if (!matrix.bytes || node.activations.has(matrix.index)) {
    convertComputed(node, x, adjX, adjY);
    return;
  }
  const [rows = 0, columns = 0] = matrix.shape.slice(-2);
  const [i, o] = adjY ? [columns, rows] : [rows, columns];
  const isOne = matrix.shape.length >= 2 && matrix.shape.slice(0, -2).every((size) => size === 1);
  const [, h, w, c] = x.shape;
  const size = matrix.type === 'float32' ? 4 : 1;
  if (adjX || !isOne || c !== i || matrix.bytes.length !== i * o * size) {
    const what = `an input [${x.file.shape.join(', ')}] and a matrix [${matrix.shape.join(', ')}]`;
    problem(node, `${what} are not supported (one matrix of ${c} rows, an input that is not transposed)`);
    return;
  }
  const bytes = adjY ? matrix.bytes : transposed(matrix.bytes, i, o, size);
  const weights = constant(node, { ...matrix, shape: [o, i], bytes }, [o, i], 0);
  const scaleProduct = matrix.type === 'float32' ? 'f64' : 'f32';
  emitAs(node, fullyConnected, { activation: 'none', scaleProduct }, [x.id, weights, -1], [1, h, w, o]);
};

/** Matrices […, m, k] and [… , k, n], or either transposed; leading axes of size 1 are broadcast. */
function convertComputed(node: TfliteNode, x: FoundOperand, adjX: boolean, adjY: boolean): void {
  const y = operand(node, 1);
  if (!y) return;
  if (!node.activations.has(x.file.index)) {
    problem(node, 'a constant as the first of two matrices is not supported (the second one)');
    return;
  }
  const rank = Math.max(x.file.shape.length, y.file.shape.length);
  const [a, b] = [x, y].map((one) => {
    const way = new Arrangement(node, one);
    return way.as([...new Array<number>(rank - way.sizes.length).fill(1), ...way.sizes]);
  }) as [Arrangement, Arrangement];
  const leading = Array.from({ length: Math.max(rank - 2, 0) }, (_, axis) => axis);
  const swapped = [...leading, rank - 1, rank - 2];
  if (rank >= 2 && adjX) a.permute(swapped);
  if (rank >= 2 && !adjY) b.permute(swapped);
  const isBroadcast = (axis: number): boolean => a.sizes[axis] === b.sizes[axis] || b.sizes[axis] === 1;
  const fits = leading.every((axis) => isBroadcast(axis) || a.sizes[axis] === 1);
  if (rank < 2 || !fits || a.sizes[rank - 1] !== b.sizes[rank - 1]) {
    problem(node, `matrices [${x.file.shape.join(', ')}] and [${y.file.shape.join(', ')}] do not fit each other`);
    return;
  }
  const isOneMatrix = leading.every((axis) => b.sizes[axis] === 1);
  if (adjX && leading.some((axis) => b.sizes[axis] < a.sizes[axis])) {
    const what = 'transposed matrices by a matrix that is repeated are not supported';
    problem(node, `${what} (TFLite's reference gives no product there: without adj_x)`);
    return;
  }
  for (const axis of leading) {
    if (!isBroadcast(axis)) a.repeat(axis, b.sizes[axis]);
    else if (!isOneMatrix && b.sizes[axis] === 1) b.repeat(axis, a.sizes[axis]);
  }
  const rows = leading.reduce((all, axis) => all * a.sizes[axis], 1);
  const [m, depth, n] = [a.sizes[rank - 2], a.sizes[rank - 1], b.sizes[rank - 2]];
  const inputs = [a.seen([1, rows, m, depth]), b.seen([1, isOneMatrix ? 1 : rows, n, depth])];
  a.by(matMul, {}, inputs, [1, rows, m, n], [...leading.map((axis) => a.sizes[axis]), m, n]).finish();
}

/** [rows, columns] elements of `size` bytes as [columns, rows]. */
function transposed(bytes: Uint8Array, rows: number, columns: number, size: number): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = (row * columns + column) * size;
      result.set(bytes.subarray(from, from + size), (column * rows + row) * size);
    }
  }
  return result;
}
