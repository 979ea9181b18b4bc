import type { NHWC } from '../../../graph/tensor.ts';
import { pad } from '../../../ops/pad.ts';
import { reshape } from '../../../ops/reshape.ts';
import { problem } from '../../conversion.ts';
import { emit, emitBetween, seenAs } from '../../emit.ts';
import { type FoundOperand, fileInput, integers, operand } from '../../operand.ts';
import { type Axis, imageShape } from '../../shapes.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { zeroPointInFile } from '../shift-uint8.ts';

/** PAD, and PADV2 where its value is real 0. */
export const convertPad: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const list = integers(node, 1, 'paddings');
  if (!x || !list || !padsZero(node)) return;
  const { axes } = x;
  if (list.length !== axes.length * 2 || list.some((size) => size < 0)) {
    problem(node, `the paddings [${list}] do not fit an input [${x.file.shape}] (two sizes from 0 an axis)`);
    return;
  }
  const sizeOf = (axis: Axis, side: 0 | 1): number => (axes.includes(axis) ? list[axes.indexOf(axis) * 2 + side] : 0);
  const padsBatch = sizeOf('n', 0) + sizeOf('n', 1) > 0;
  if (padsBatch && node.writer.batch !== 1) {
    problem(node, 'padding of the batch is not supported (height, width, channels)');
    return;
  }
  if (padsBatch || axes.filter((axis) => axis === 'h').length > 1) {
    padByAxis(node, x, list);
    return;
  }
  emit(
    node,
    pad,
    {
      before: [sizeOf('h', 0), sizeOf('w', 0), sizeOf('c', 0)],
      after: [sizeOf('h', 1), sizeOf('w', 1), sizeOf('c', 1)],
    },
    [x.id],
  );
};

/** One axis after the other, each seen as columns, with those before it as rows and those behind it as channels. */
function padByAxis(node: TfliteNode, x: FoundOperand, list: readonly number[]): void {
  const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);
  const isBatch = (axis: number): boolean => axis === 0 && node.writer.batch !== 1;
  const sizes = x.file.shape.map((size, axis) => (isBatch(axis) ? 1 : size));
  let seen: Pick<FoundOperand, 'id' | 'shape'> = x;
  sizes.forEach((size, axis) => {
    const [before, after] = [list[axis * 2], list[axis * 2 + 1]];
    if (before + after === 0) return;
    const [h, c] = [product(sizes.slice(0, axis)), product(sizes.slice(axis + 1))];
    const id = seenAs(node, seen, [1, h, size, c]);
    sizes[axis] = before + size + after;
    const shape: NHWC = [1, h, sizes[axis], c];
    seen = { id: emitBetween(node, pad, { before: [0, before, 0], after: [0, after, 0] }, [id], shape, x.id), shape };
  });
  emit(node, reshape, { shape: imageShape(sizes, 1) }, [seen.id]);
}

function padsRealZero(node: TfliteNode, bytes: Uint8Array | undefined): boolean {
  const view = bytes && new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const given = view?.byteLength === 4 ? view.getFloat32(0, true) : undefined;
  if (given === 0) return true;
  problem(node, `padding with ${given ?? 'a computed value'} is not supported (0)`);
  return false;
}

function padsZero(node: TfliteNode): boolean {
  const value = fileInput(node, 2);
  if (node.operator.name !== 'PADV2' || !value) return true;
  const { type, bytes, quantization } = value;
  if (type === 'float32') return padsRealZero(node, bytes);
  const zeroPoint = node.output.quantization?.zeroPoint[0] ?? 0;
  const given = type === 'int8' ? ((bytes?.[0] ?? 0) << 24) >> 24 : bytes?.[0];
  const sameScale = quantization?.scale[0] === node.output.quantization?.scale[0];
  if (bytes?.length === 1 && given === zeroPoint && sameScale) return true;
  const [shown, wanted] = [zeroPointInFile(value, given ?? 0), zeroPointInFile(node.output, zeroPoint)];
  problem(node, `padding with ${bytes ? shown : 'a computed value'} is not supported (the zero point, ${wanted})`);
  return false;
}
