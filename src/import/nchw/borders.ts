import { arrayOf } from '../../format/values.ts';
import type { NHWC, TensorId } from '../../graph/tensor.ts';
import { reshape } from '../../ops/reshape.ts';
import { type Frame, misfit } from './frame.ts';
import {
  indexOrder,
  inputLayout,
  type Layout,
  type Places,
  placesShape,
  rowMajorPlaces,
  shapeOf,
  usualPlaces,
} from './layout.ts';
import { type Activation, type Constant, isReal, type Value } from './value.ts';

/**
 * Declares an input of the user's shape: maps [n, c, h, w] are given as rows of pixels, as pictures are, and [n, c, w] as columns of
 * pixels; vectors, and tensors whose leading axis does not count images, as they are.
 */
export function addInput(frame: Frame, name: string, shape: readonly number[]): Activation {
  const { writer } = frame;
  if (shape.length > 4 || shape.length === 0) misfit(`it has ${shape.length} axes (1 to 4)`);
  const usual = inputLayout(shape, writer.batch);
  const isMap = shape.length > 2 && !leads(usual);
  const layout = isMap ? usual : { axes: usual.axes, places: rowMajorPlaces(usual.axes) };
  const own = placesShape(layout.places);
  const id = writer.input(
    writer.declare({
      name,
      ...frame.result,
      shape: own,
      fileShape: isMap ? shownShape(own, shape, writer.batch) : shape,
      perImage: true,
      ...(isMap && { userShape: shape }),
    }),
  );
  return { kind: 'activation', id, layout };
}

/** Whether the leading axis is another than that of the images: the tensor is not a map then. */
const leads = ({ axes }: Layout): boolean => axes[0].some(({ batch }) => !batch);

/** Maps are shown as they are given, rows of pixels; all else as the user has it. */
function shownShape([, h, w, c]: NHWC, shape: readonly number[], batch: number): readonly number[] {
  if (shape.length === 4) return [batch, h, w, c];
  return shape.length === 3 ? [batch, w, c] : shape;
}

/** What a run leaves for the next: the value when a run begins, in the axes of the user's tensor, and the bytes of the first. */
export interface State {
  readonly value: Activation;
  readonly bytes: Uint8Array;
}

/** Declares a variable whose first values are those of a constant. */
export function addState(frame: Frame, first: Constant): State {
  const { writer, result } = frame;
  const { name, shape, data } = first;
  if (!isReal(first)) misfit('it holds whole numbers, which do not change from run to run here (real values)');
  if (shape.length > 4) misfit(`it has ${shape.length} axes (at most 4)`);
  const layout = inputLayout(shape, 1);
  const own = placesShape(layout.places);
  const order = indexOrder(layout.axes.flat(), layout.places.flat());
  const {
    scale: [scale],
    zeroPoint: [zeroPoint],
  } = result.quantization ?? { scale: [1], zeroPoint: [0] };
  const quantized = (value: number): number => Math.max(-128, Math.min(127, Math.round(value / scale) + zeroPoint));
  const values = new (arrayOf(result.dtype === 'i8' ? 'i8' : 'f32'))(order.length);
  values.set(order.map((at) => (result.dtype === 'i8' ? quantized(data[at]) : data[at])));
  const id = writer.declare({
    name,
    ...result,
    shape: own,
    fileShape: shape.length > 0 ? shape : [1],
    perImage: false,
  });
  return { value: { kind: 'activation', id, layout }, bytes: new Uint8Array(values.buffer) };
}

/** What a variable is at the end of a run, as it lies at the beginning. */
export function nextState(frame: Frame, { value }: State, next: Value): TensorId {
  const made = frame.computed(next, 'what it becomes');
  const [before, after] = [shapeOf(value.layout), shapeOf(made.layout)];
  if (String(before) !== String(after))
    misfit(`it has the shape [${before.join(', ')}], and becomes [${after.join(', ')}]`);
  const type = frame.typeOf(value.id);
  if (frame.typeOf(made.id).dtype !== type.dtype) misfit('it is quantised at one end of a run, and real at the other');
  return frame.requantized(frame.place(made, usualPlaces(made.layout.axes)).id, type);
}

/**
 * Makes a value an output, called `name` if one is given: maps as rows of pixels, all else in the order of the user's axes. It is a
 * tensor of its own, none of `taken`. Returns its id.
 */
export function addOutput(frame: Frame, value: Activation, taken: readonly TensorId[], name?: string): TensorId {
  const { writer } = frame;
  const shape = shapeOf(value.layout);
  const { axes } = value.layout;
  const isMap = shape.length === 4 && !leads(value.layout);
  if (
    axes
      .slice(1)
      .flat()
      .some(({ batch }) => batch)
  )
    misfit('the images of a batch are not in its leading axis');
  const places: Places = isMap ? usualPlaces(axes) : rowMajorPlaces(axes);
  const placed = frame.place(value, places);
  const own = placesShape(places);
  // Outputs are made by nodes: an input that is handed on is copied by one.
  const id = taken.includes(placed.id)
    ? frame.emit(reshape, { shape: own }, [placed.id], frame.typeOf(placed.id))
    : placed.id;
  const tensor = writer.tensor(id);
  const fileShape = isMap ? [writer.batch, ...own.slice(1)] : shape;
  writer.redeclare(id, {
    ...tensor,
    ...(name !== undefined && { name }),
    fileShape,
    ...(isMap && { userShape: shape }),
  });
  writer.output(id);
  return id;
}
