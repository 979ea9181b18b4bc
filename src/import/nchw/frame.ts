import type { Values } from '../../format/values.ts';
import type { Op } from '../../graph/op.ts';
import { equalQuantization } from '../../graph/quantization.ts';
import type { NHWC, Quantization, Tensor, TensorId } from '../../graph/tensor.ts';
import { quantize } from '../../ops/quantize.ts';
import { reshape } from '../../ops/reshape.ts';
import { selectChannels } from '../../ops/select-channels.ts';
import { transpose } from '../../ops/transpose.ts';
import type { GraphWriter, Site } from '../graph-writer.ts';
import { joined, type Layout, type Places, placesShape, sameFactors, sizeOf, usualPlaces } from './layout.ts';
import { movesTo } from './moves.ts';
import type { Activation, Value } from './value.ts';

/** What stands in the way of one node of the file: the importer reports it where the node is, and goes on. */
export class Misfit extends Error {}

export const misfit = (what: string): never => {
  throw new Misfit(what);
};

/** The type of an operator's result: that of real values where there is none. */
export type ResultType = Pick<Tensor, 'dtype' | 'quantization'>;

export const real: ResultType = { dtype: 'f32' };

/** Where operators of a file whose tensors are NCHW, or of any other order, write the nodes of an NHWC graph. */
export class Frame {
  readonly writer: GraphWriter;
  site: Site = { node: -1, op: '', name: '' };
  /** What the result of the node that is being converted is to be; undefined: real values. */
  result: ResultType = real;
  /** The scales of the file are left out, and all is real: for what has no scale in the file to be observed. */
  isReal = false;
  /** Weights that a quantised file leaves in real values are quantised on import. */
  quantizesWeights = false;
  /** Told what a quantised file leaves in real values. What is made of it goes on with a scale of its own. */
  left: (what: string) => void = misfit;

  constructor(writer: GraphWriter) {
    this.writer = writer;
  }

  /** Reports what does not fit where the node is. */
  problem(what: string): void {
    this.writer.problem(this.site, what);
  }

  /** Runs the conversion of a node; a misfit is reported, and the importer goes on. */
  attempt(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      this.problem(error.message);
    }
  }

  /** A constant of the graph. */
  constant(name: string, shape: readonly number[], data: Values, quantization?: Quantization): TensorId {
    const dtype = data instanceof Int8Array ? 'i8' : data instanceof Int32Array ? 'i32' : 'f32';
    const tensor = { name, dtype, shape, fileShape: shape, perImage: false, data } as const;
    return this.writer.constant({ ...tensor, ...(quantization && { quantization }) });
  }

  /**
   * Adds a node, of whose output the op tells the shape, and returns the output's id. `type` is that of the node's result if not
   * given. Where the op keeps its input's scale, or has one of its own, a requantisation follows.
   */
  emit<A>(op: Op<A>, attributes: A, inputs: readonly TensorId[], type: ResultType = this.result): TensorId {
    const own = this.#ownType(op, inputs, type);
    const id = this.#write(op, attributes, inputs, own);
    return equalQuantization(own.quantization, type.quantization) ? id : this.#write(quantize, {}, [id], type);
  }

  /** A tensor in another scale. */
  requantized(id: TensorId, type: ResultType): TensorId {
    const { quantization } = this.writer.tensor(id);
    return equalQuantization(quantization, type.quantization) ? id : this.#write(quantize, {}, [id], type);
  }

  #ownType<A>(op: Op<A>, inputs: readonly TensorId[], type: ResultType): ResultType {
    if (type.dtype === 'f32') return type;
    const [rule] = op.operands.outputs;
    if (rule.fixed) {
      const { scale, zeroPoint } = rule.fixed;
      return { dtype: type.dtype, quantization: { scale: [scale], zeroPoint: [zeroPoint], axis: 0 } };
    }
    return rule.sameAs === undefined ? type : this.typeOf(inputs[0]);
  }

  #write<A>(op: Op<A>, attributes: A, inputs: readonly TensorId[], type: ResultType): TensorId {
    const read = inputs.map((id) => (id < 0 ? undefined : this.writer.tensor(id)));
    let shape: NHWC;
    try {
      [shape] = op.outputShapes(read, attributes) as unknown as [NHWC];
    } catch (error) {
      return misfit((error as Error).message);
    }
    const fileShape = [this.writer.batch, ...shape.slice(1)];
    const tensor: Tensor = { name: this.site.name, shape, fileShape, perImage: true, ...type };
    return this.writer.writeBetween(this.site, op, attributes, inputs, tensor);
  }

  /** The same, with a layout for the output: that of `like` where it lies as that does. */
  activation<A>(op: Op<A>, attributes: A, inputs: readonly TensorId[], layout: Layout): Activation {
    return { kind: 'activation', id: this.emit(op, attributes, inputs), layout: joined(layout) };
  }

  /** The type of a tensor, for a result that has the same elements. */
  typeOf(id: TensorId): ResultType {
    const { dtype, quantization } = this.writer.tensor(id);
    return { dtype, ...(quantization && { quantization }) };
  }

  /** The value with its factors in these places. */
  place({ id, layout }: Activation, places: Places): Activation {
    if (places.flat().some(({ batch }) => batch)) misfit('it mixes the images of a batch with other axes');
    let now = id;
    const type = this.typeOf(id);
    for (const move of movesTo(layout.places, places)) {
      if (move.kind === 'reshape') now = this.emit(reshape, { shape: move.shape }, [now], type);
      else if (move.kind === 'transpose') now = this.emit(transpose, { order: move.order }, [now], type);
      else now = this.emit(selectChannels, { order: move.order }, [now], type);
    }
    return { kind: 'activation', id: now, layout: joined({ axes: layout.axes, places }) };
  }

  /** The value as a map, axis 1 being its channels: [n, c, h, w], or [n, c, w]. */
  image(value: Value, what = 'its input'): Activation {
    const x = this.computed(value, what);
    const rank = x.layout.axes.length;
    if (rank !== 4 && rank !== 3)
      misfit(`${what} has ${rank} axes (4: batch, channels, height, width; or 3, without a height)`);
    if (x.layout.axes[0].some(({ batch }) => !batch))
      misfit(`${what} has ${sizeOf(x.layout.axes[0])} in its leading axis (one image)`);
    return this.place(x, usualPlaces(x.layout.axes));
  }

  /** The value with axis `axis` in its channels, alone; wherever the others are. */
  channels(x: Activation, axis: number): Activation {
    const { axes, places } = x.layout;
    if (sameFactors(places[2], axes[axis])) return x;
    const usual = usualPlaces(axes);
    if (sameFactors(usual[2], axes[axis])) return this.place(x, usual);
    const others = axes.filter((_, k) => k !== axis).map((factors) => factors.filter(({ batch }) => !batch));
    return this.place(x, [others.slice(0, -1).flat(), others.at(-1) ?? [], axes[axis]]);
  }

  /** The value as a tensor that is computed. */
  computed(value: Value | undefined, what = 'its input'): Activation {
    if (!value) return misfit(`${what} is missing`);
    return value.kind === 'activation' ? value : misfit(`${what} is a constant (a tensor that is computed)`);
  }

  shapeOf({ layout }: Activation): NHWC {
    return placesShape(layout.places);
  }
}
