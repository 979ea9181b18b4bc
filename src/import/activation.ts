import { sizeFault } from '../graph/sizes.ts';
import type { Quantization, TensorId } from '../graph/tensor.ts';
import type { Conversion } from './conversion.ts';
import { dtypes, type FileTensor } from './file-model.ts';
import { imageShape, leadingOf } from './shapes.ts';

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
  const fault = kindFault(file) ?? (pending ? undefined : shapeFault(file, writer.batch));
  const mixed = fault === undefined && !pending ? batchFault(file, writer.batch) : undefined;
  if (fault) report(fault);
  if (mixed) writer.mixesBatch(() => report(mixed));
  const quantization = quantizationOf(file, 0);
  const id = writer.declare(
    {
      name: file.name,
      dtype: dtypes[file.type] ?? 'bool',
      // What is too large is reported, and nothing of its size is made of it.
      shape: isReadable(file) ? imageShape(file.shape, writer.batch) : [1, 1, 1, 1],
      fileShape: file.shape,
      perImage: perImage || leadingOf(file.shape) !== undefined,
      ...(quantization && { quantization }),
    },
    { pending, broken: (fault ?? mixed) !== undefined },
  );
  activations.set(file.index, id);
  return id;
}

/** Whether a shape can be read as NHWC at all. */
export const isReadable = ({ shape }: FileTensor): boolean => shape.every((size) => size >= 1);

function shapeFault({ shape }: FileTensor, batch: number): string | undefined {
  const shown = `[${shape.join(', ')}]`;
  if (shape.some((size) => size < 1)) return `the shape ${shown} is empty; sizes must be 1 or more`;
  const large = sizeFault(imageShape(shape, batch));
  return large && `the shape ${shown} is too large: ${large}`;
}

/** A batch of 1 may be mixed with other axes, which are pixels then. */
function batchFault({ shape }: FileTensor, batch: number): string | undefined {
  const images = leadingOf(shape);
  if (batch === 1 || images === undefined || images === batch) return undefined;
  const shown = `the shape [${shape.join(', ')}] starts with ${images}, but the batch is ${batch}`;
  return `${shown}: the batch axis is mixed with others (give --shape with a batch of 1)`;
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
