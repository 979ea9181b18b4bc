import { arrayOf, type Values } from '../format/values.ts';
import { nhwc } from '../graph/graph.ts';
import { shortName } from '../graph/short-name.ts';
import { type DType, elements, type NHWC, type TensorId } from '../graph/tensor.ts';
import { isReadable, kindFault, quantizationOf } from './activation.ts';
import { type Conversion, type NodeConversion, problem } from './conversion.ts';
import { dtypes, type FileTensor } from './file-model.ts';
import { type Axis, axesOf, broadcastShape, imageShape } from './shapes.ts';
import { tiled } from './tile-constant.ts';

/** An operand that is found: its place in the graph, its shape there, and what the axes of its shape in the file are. */
export interface FoundOperand {
  readonly id: TensorId;
  readonly shape: NHWC;
  readonly axes: readonly Axis[];
  readonly file: FileTensor;
}

/** Input `i` as the file has it; undefined when it is absent. */
export function fileInput({ operator, model }: NodeConversion, i: number): FileTensor | undefined {
  const index = operator.inputs[i] ?? -1;
  return index < 0 ? undefined : model.tensors[index];
}

/** Input `i` as an NHWC operand: an activation, or a constant that is broadcast like one. */
export function operand(node: NodeConversion, i: number): FoundOperand | undefined {
  const file = fileInput(node, i);
  if (!file) return problem(node, `input ${i} is missing`);
  const id = node.activations.get(file.index);
  if (id === undefined) {
    if (!file.bytes) return problem(node, `nothing produces its input ${i} "${shortName(file.name)}"`);
    const found = broadcastConstant(file, node.output.shape, node.writer.batch);
    if (!found) {
      return problem(
        node,
        `the constant "${shortName(file.name)}" [${file.shape.join(', ')}] is not broadcast to [${node.output.shape.join(', ')}] (the same for every image, each axis equal or 1)`,
      );
    }
    const { shape } = found;
    const constantId = constant(node, found.file, shape, 0);
    const axes = axesOf(file.shape, node.writer.batch);
    return constantId === undefined ? undefined : { id: constantId, shape, axes, file };
  }
  if (!isReadable(file) || node.writer.isPending(id)) return undefined;
  return { id, shape: nhwc(node.writer.tensor(id)), axes: axesOf(file.shape, node.writer.batch), file };
}

/** Bytes of a constant that is repeated here, since an operand cannot be broadcast over some of the axes that are rows together. */
const mostTiledBytes = 2 ** 20;

/** A constant in the shape of an operand that is broadcast to `output`; undefined where it is not. */
function broadcastConstant(
  file: FileTensor,
  output: readonly number[],
  batch: number,
): { readonly file: FileTensor; readonly shape: NHWC } | undefined {
  const shape = broadcastShape(file.shape, output, batch);
  if (shape) return { file, shape };
  const axes = axesOf(output, batch);
  const perImage = output.map((size, i) => (axes[i] === 'n' ? 1 : size));
  const whole = tiled(file, perImage, mostTiledBytes);
  return whole && { file: whole, shape: imageShape(output, batch) };
}

/** Enters a constant of the file in the shape that its op wants; scales lie along `axis` of that shape. */
export function constant(
  node: NodeConversion,
  file: FileTensor,
  shape: readonly number[],
  axis: number,
): TensorId | undefined {
  if (!file.bytes || node.activations.has(file.index)) {
    return problem(node, `"${shortName(file.name)}" must be constant; it is computed`);
  }
  const fault = kindFault(file);
  if (fault) return problem(node, fault);
  const dtype = dtypes[file.type] as DType;
  const data = valuesOf(node, file.bytes, dtype, elements(shape));
  if (!data) {
    const wanted = `${file.type}[${file.shape.join(', ')}]`;
    return problem(
      node,
      `"${shortName(file.name)}" has ${file.bytes.length} bytes, which is not the size of ${wanted}`,
    );
  }
  const quantization = quantizationOf(file, axis);
  const { name, shape: fileShape } = file;
  const tensor = { name, dtype, shape, fileShape, perImage: false, data };
  return node.writer.constant({ ...tensor, ...(quantization && { quantization }) });
}

/** The values of a constant; undefined when the bytes are not `count` values. Copied, so that they are aligned. */
function valuesOf({ values }: Conversion, bytes: Uint8Array, dtype: DType, count: number): Values | undefined {
  const array = arrayOf(dtype);
  if (!array || bytes.length !== count * array.BYTES_PER_ELEMENT) return undefined;
  const known = values.get(bytes) ?? new Map<DType, Values>();
  const data = known.get(dtype) ?? new array(new Uint8Array(bytes).buffer);
  values.set(bytes, known.set(dtype, data));
  return data;
}

/** Axis `index` of a shape of `rank` axes, which counts from the end where it is negative, as one that counts from 0. */
export function axisAt(node: NodeConversion, index: number, rank: number): number | undefined {
  const axis = index < 0 ? index + rank : index;
  return axis >= 0 && axis < rank ? axis : problem(node, `there is no axis ${index} in a shape of ${rank} axes`);
}

/** Two int64 for each of eight axes: the paddings of more axes than there are. */
const mostIntegerBytes = 128;

/** The integers of a constant input such as axes or paddings; undefined, with a problem, where it is not one. */
export function integers(node: NodeConversion, i: number, what: string): readonly number[] | undefined {
  const file = fileInput(node, i);
  if (!file) return problem(node, `its ${what} are missing`);
  if (file.type !== 'int32' && file.type !== 'int64') {
    return problem(node, `its ${what} are ${file.type}; expected int32 or int64`);
  }
  if (!file.bytes || node.activations.has(file.index))
    return problem(node, `its ${what} must be constant; they are computed`);
  if (file.bytes.length > mostIntegerBytes) return problem(node, `its ${what} are too many`);
  const data = valuesOf(node, file.bytes, file.type === 'int32' ? 'i32' : 'i64', elements(file.shape));
  if (!data)
    return problem(node, `its ${what} have ${file.bytes.length} bytes for the shape [${file.shape.join(', ')}]`);
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

/** More than a list of indices into an axis has. */
const mostIndexBytes = 2 ** 20;

/** The values of a constant input that lists indices, and its shape; undefined, with a problem, where it is not one. */
export function indices(
  node: NodeConversion,
  i: number,
  what: string,
): { readonly values: readonly number[]; readonly shape: readonly number[] } | undefined {
  const file = fileInput(node, i);
  if (file?.type !== 'int32' && file?.type !== 'int64') return problem(node, `its ${what} are not int32 or int64`);
  if (!file.bytes || node.activations.has(file.index))
    return problem(node, `its ${what} must be constant; they are computed`);
  const fits = file.bytes.length <= mostIndexBytes;
  const dtype = file.type === 'int32' ? 'i32' : 'i64';
  const data = fits ? valuesOf(node, file.bytes, dtype, elements(file.shape)) : undefined;
  if (data) return { values: Array.from(data as ArrayLike<number | bigint>, Number), shape: file.shape };
  return problem(node, `its ${what} have ${file.bytes.length} bytes for the shape [${file.shape.join(', ')}]`);
}

/** The integers of a constant input; undefined where it is none. */
export function constantIntegers(node: NodeConversion, i: number): readonly number[] | undefined {
  const file = fileInput(node, i);
  const dtype = file && dtypes[file.type];
  if (!file?.bytes || node.activations.has(file.index) || file.bytes.length > mostIntegerBytes) return undefined;
  if (dtype !== 'i32' && dtype !== 'i64') return undefined;
  const data = valuesOf(node, file.bytes, dtype, elements(file.shape));
  return data && Array.from(data as ArrayLike<number | bigint>, Number);
}

/** The shape of input `i` in the file's axes; undefined where it is not known (yet). */
export function shapeOf(node: NodeConversion, i: number): readonly number[] | undefined {
  const file = fileInput(node, i);
  const id = file && node.activations.get(file.index);
  return id !== undefined && node.writer.isPending(id) ? undefined : file?.shape;
}
