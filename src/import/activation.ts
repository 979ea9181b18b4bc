import { sizeFault } from '../graph/sizes.ts';
import type { Quantization, TensorId } from '../graph/tensor.ts';
import type { Conversion } from './conversion.ts';
import { dtypes, type FileTensor } from './file-model.ts';
import { batchOf, imageShape } from './shapes.ts';

/**
 * Enters an activation with the shape that the file declares for it, or without one if it is `pending`. `report` gets what is
 * wrong with it.
 */
export function addActivation(
  { writer, activations }: Conversion,
  file: FileTensor,
  perImage: boolean,
  report: (what: string) => void,
  pending = false,
): TensorId {
  const fault = kindFault(file) ?? (pending ? rankFault(file) : shapeFault(file, writer.batch));
  if (fault) report(fault);
  const quantization = quantizationOf(file, 0);
  const id = writer.declare(
    {
      name: file.name,
      dtype: dtypes[file.type] ?? 'bool',
      // What is too large is reported, and nothing of its size is made of it.
      shape: isReadable(file) ? imageShape(file.shape) : [1, 1, 1, 1],
      fileShape: file.shape,
      perImage: perImage || batchOf(file.shape) !== undefined,
      ...(quantization && { quantization }),
    },
    { pending, broken: fault !== undefined },
  );
  activations.set(file.index, id);
  return id;
}

/** Whether a shape can be read as NHWC at all. */
export const isReadable = ({ shape }: FileTensor): boolean => shape.length <= 4 && shape.every((size) => size >= 1);

function rankFault({ shape }: FileTensor): string | undefined {
  if (shape.length <= 4) return undefined;
  return `the shape [${shape.join(', ')}] has ${shape.length} axes (at most 4: batch, height, width, channels)`;
}

function shapeFault(file: FileTensor, batch: number): string | undefined {
  const { shape } = file;
  const shown = `[${shape.join(', ')}]`;
  const images = batchOf(shape);
  if (rankFault(file)) return rankFault(file);
  if (shape.some((size) => size < 1)) return `the shape ${shown} is empty (sizes from 1)`;
  if (images !== undefined && images !== batch) {
    return `the shape ${shown} starts with ${images}, but the batch is ${batch}: the batch axis is mixed with others (every operator must keep the leading axis)`;
  }
  const large = sizeFault(imageShape(shape));
  return large && `the shape ${shown} is too large: ${large}`;
}

export function kindFault({ isVariable, isSparse, type }: FileTensor): string | undefined {
  if (!dtypes[type]) return `the type ${type} is not supported (int8, uint8, float32)`;
  if (isVariable) return 'state that is kept from one run to the next is not supported (plain tensors)';
  if (isSparse) return 'sparse tensors are not supported (dense ones)';
  return undefined;
}

/** Zero points are 0 where the file gives none. Contradictions are left to `verify`. Real values have no scale. */
export function quantizationOf({ quantization, type }: FileTensor, axis: number): Quantization | undefined {
  if (!quantization || type === 'float32') return undefined;
  const { scale, zeroPoint } = quantization;
  return { scale, zeroPoint: zeroPoint.length > 0 ? zeroPoint : scale.map(() => 0), axis };
}
