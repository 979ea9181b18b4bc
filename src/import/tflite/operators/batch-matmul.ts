import { fullyConnected } from '../../../ops/fully-connected.ts';
import { problem } from '../../conversion.ts';
import { emitAs } from '../../emit.ts';
import { constant, fileInput, operand } from '../../operand.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter } from '../node.ts';
import { batchMatMulOptions } from '../schema.ts';

/** A product with one constant matrix: a fully connected layer of every pixel, whose weights may have a zero point. */
export const convertBatchMatMul: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const matrix = fileInput(node, 1);
  if (!x || !matrix) return;
  if (!matrix.bytes || node.activations.has(matrix.index)) {
    problem(node, 'a product of two computed matrices is not supported (the second must be constant)');
    return;
  }
  const { options } = node.operator;
  const [adjX, adjY] = [batchMatMulOptions.adjX, batchMatMulOptions.adjY].map((slot) => scalar(options, slot, 'Uint8'));
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
