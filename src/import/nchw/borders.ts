import type { NHWC, TensorId } from '../../graph/tensor.ts';
import { reshape } from '../../ops/reshape.ts';
import { type Frame, misfit } from './frame.ts';
import { inputLayout, type Places, placesShape, rowMajorPlaces, shapeOf, usualPlaces } from './layout.ts';
import type { Activation } from './value.ts';

/**
 * Declares an input of the user's shape: maps [n, c, h, w] are given as rows of pixels, as pictures are, and [n, c, w] as columns of
 * pixels; vectors as they are.
 */
export function addInput(frame: Frame, name: string, shape: readonly number[]): Activation {
  const { writer } = frame;
  if (shape.length > 4 || shape.length === 0) misfit(`it has ${shape.length} axes (1 to 4)`);
  const layout = inputLayout(shape, writer.batch);
  const own = placesShape(layout.places);
  const id = writer.input(
    writer.declare({
      name,
      ...frame.result,
      shape: own,
      fileShape: shownShape(own, shape, writer.batch),
      perImage: true,
      ...(shape.length > 2 && { userShape: shape }),
    }),
  );
  return { kind: 'activation', id, layout };
}

/** Maps are shown as they are given, rows of pixels; all else as the user has it. */
function shownShape([, h, w, c]: NHWC, shape: readonly number[], batch: number): readonly number[] {
  if (shape.length === 4) return [batch, h, w, c];
  return shape.length === 3 ? [batch, w, c] : shape;
}

/** Makes a value an output: maps as rows of pixels, all else in the order of the user's axes. */
export function addOutput(frame: Frame, value: Activation, inputs: readonly TensorId[]): void {
  const { writer } = frame;
  const shape = shapeOf(value.layout);
  const { axes } = value.layout;
  const isMap = shape.length === 4;
  const places: Places = isMap ? usualPlaces(axes) : rowMajorPlaces(axes);
  const placed = frame.place(value, places);
  const own = placesShape(places);
  // Outputs are made by nodes: an input that is handed on is copied by one.
  const id = inputs.includes(placed.id)
    ? frame.emit(reshape, { shape: own }, [placed.id], frame.typeOf(placed.id))
    : placed.id;
  const tensor = writer.tensor(id);
  const fileShape = isMap ? [writer.batch, ...own.slice(1)] : shape;
  writer.redeclare(id, { ...tensor, fileShape, ...(isMap && { userShape: shape }) });
  writer.output(id);
}
