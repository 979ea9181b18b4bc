import type { ArgMaxAttributes } from '../../../graph/attributes.ts';
import type { Tensor } from '../../../graph/tensor.ts';
import { argMax } from '../../../ops/arg-max.ts';
import { reshape } from '../../../ops/reshape.ts';
import { type Converter, type NodeConversion, problem } from '../conversion.ts';
import { emit, emitBetween } from '../emit.ts';
import { integers, operand, shapeOf } from '../operand.ts';
import { imageShape } from '../shape.ts';

/** ARG_MAX or ARG_MIN over the last axis. The type of the indices is the output's: the option only repeats it. */
export const convertArgMax =
  (of: ArgMaxAttributes['of']): Converter =>
  (node) => {
    const x = operand(node, 0);
    const list = integers(node, 1, 'axis');
    if (!x || !list || !isLastAxis(node, x.file.shape, list)) return;
    const [, h, w] = x.shape;
    const shape = [1, h, w, 1] as const;
    // Without its last axis, a row of pixels is read as one pixel, and n images of one index as one image.
    const perImage = x.file.shape.length === 2 ? shape : imageShape(node.output.shape);
    const id = node.activations.get(node.output.index) as number;
    const { quantization: _, ...output } = node.tensors[id] as Tensor;
    node.tensors[id] = { ...output, shape: perImage };
    if (String(perImage) === String(shape)) emit(node, argMax, { of }, [x.id]);
    else emit(node, reshape, { shape: perImage }, [emitBetween(node, argMax, { of }, [x.id], shape)]);
  };

export const argMaxShape = (node: NodeConversion): readonly number[] | undefined => shapeOf(node, 0)?.slice(0, -1);

function isLastAxis(node: NodeConversion, shape: readonly number[], list: readonly number[]): boolean {
  const last = shape.length - 1;
  const [axis = last] = list;
  if (list.length === 1 && (axis === last || axis === -1)) return true;
  problem(node, `the axis ${list.join(', ')} of [${shape.join(', ')}] is not supported (the last, ${last})`);
  return false;
}
