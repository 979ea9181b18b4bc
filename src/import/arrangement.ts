import type { Op } from '../graph/op.ts';
import { elements, type NHWC, type TensorId } from '../graph/tensor.ts';
import { concat } from '../ops/concat.ts';
import { pad } from '../ops/pad.ts';
import { reshape } from '../ops/reshape.ts';
import { selectChannels } from '../ops/select-channels.ts';
import { slice } from '../ops/slice.ts';
import { transpose } from '../ops/transpose.ts';
import { groupsOf, sizeOf } from './axis-groups.ts';
import { type NodeConversion, problem } from './conversion.ts';
import { emit, emitAs, emitBetween, outputId, seenAs } from './emit.ts';
import type { FoundOperand } from './operand.ts';
import { imageShape } from './shapes.ts';

/** A node that is to be written: the last one makes the output of the operator. */
interface Step {
  readonly write: (last: boolean) => TensorId | undefined;
  readonly shape: NHWC;
}

/** More pieces than this are copied by a table of channels, which is one node. */
const mostPieces = 16;

/** The longest table of channels that is preferred to copies of pieces: 4 bytes an entry in the file. */
const shortTable = 1024;

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

/**
 * The elements of an operand on their way through nodes that copy them, in the axes of the file. Each step sees them as rows,
 * columns and channels by reshapes, which are views where they can be. `finish` makes the output of the operator.
 */
export class Arrangement {
  readonly #node: NodeConversion;
  readonly #like: TensorId;
  #made: Pick<FoundOperand, 'id' | 'shape'>;
  #step: Step | undefined;
  /** The sizes of one image in the axes of the file: 1 for a batch. */
  #sizes: readonly number[];

  constructor(node: NodeConversion, x: FoundOperand) {
    this.#node = node;
    this.#like = x.id;
    this.#made = x;
    this.#sizes = x.file.shape.map((size, axis) => (isBatch(node, x.file.shape, axis) ? 1 : size));
  }

  get sizes(): readonly number[] {
    return this.#sizes;
  }

  /** The elements before an axis, along it and behind it. */
  around(axis: number): readonly [before: number, size: number, behind: number] {
    return [product(this.#sizes.slice(0, axis)), this.#sizes[axis], product(this.#sizes.slice(axis + 1))];
  }

  /** The elements as a tensor of the graph of that shape. */
  seen(shape: NHWC): TensorId {
    if (this.#step) {
      const id = this.#step.write(false);
      this.#made = { id: id as TensorId, shape: this.#step.shape };
      this.#step = undefined;
    }
    return seenAs(this.#node, this.#made, shape);
  }

  /** The elements in other axes. */
  as(sizes: readonly number[]): this {
    this.#sizes = sizes;
    return this;
  }

  /** The output of an op on tensors of the graph; `sizes` are those of the file's axes. */
  by<A>(op: Op<A>, attributes: A, inputs: readonly TensorId[], shape: NHWC, sizes: readonly number[]): this {
    const write = (last: boolean): TensorId | undefined => {
      if (!last) return emitBetween(this.#node, op, attributes, inputs, shape, this.#like);
      emitAs(this.#node, op, attributes, inputs, shape, this.#declared());
      return undefined;
    };
    this.#step = { write, shape };
    return this.as(sizes);
  }

  /** Elements [begin, begin + size) of an axis. */
  part(axis: number, begin: number, size: number): this {
    const [h, all, c] = this.around(axis);
    if (size === all) return this;
    const sizes = this.#with(axis, size);
    if (c === 1) {
      const [inputs, shape] = this.#pixels(all, size);
      return this.by(slice, { begin: [0, 0, begin], size: [shape[1], shape[2], size] }, inputs, shape, sizes);
    }
    const attributes = { begin: [0, begin, 0], size: [h, size, c] } as const;
    return this.by(slice, attributes, [this.seen([1, h, all, c])], [1, h, size, c], sizes);
  }

  /** Zero points before and behind an axis. */
  pad(axis: number, before: number, after: number): this {
    const [h, size, c] = this.around(axis);
    if (before + after === 0) return this;
    const all = before + size + after;
    const attributes = { before: [0, before, 0], after: [0, after, 0] } as const;
    return this.by(pad, attributes, [this.seen([1, h, size, c])], [1, h, all, c], this.#with(axis, all));
  }

  /** The elements of an axis that are listed, in that order. */
  select(axis: number, list: readonly number[]): this {
    const [before, all, behind] = this.around(axis);
    const runs = runsOf(list);
    const [first] = runs;
    if (runs.length === 1 && first) return this.part(axis, first.begin, first.size);
    const sizes = this.#with(axis, list.length);
    if (behind === 1 || list.length * behind <= shortTable) {
      const order = list.flatMap((from) => Array.from({ length: behind }, (_, i) => from * behind + i));
      return this.by(selectChannels, { order }, ...this.#pixels(all * behind, order.length), sizes);
    }
    if (runs.length <= mostPieces) {
      const whole = this.seen([1, before, 1, all * behind]);
      const pieces = runs.map(({ begin, size }) => {
        const attributes = { begin: [0, 0, begin * behind], size: [before, 1, size * behind] } as const;
        return emitBetween(this.#node, slice, attributes, [whole], [1, before, 1, size * behind], this.#like);
      });
      return this.by(concat, {}, pieces, [1, before, 1, list.length * behind], sizes);
    }
    // A table for one element in place of all behind the axis.
    return this.#swap(before, all, behind)
      .by(
        selectChannels,
        { order: list },
        [this.seen([1, before, behind, all])],
        [1, before, behind, list.length],
        sizes,
      )
      .#swap(before, behind, list.length)
      .as(sizes);
  }

  /** All along an axis, `count` times. */
  repeat(axis: number, count: number): this {
    const [before, size, behind] = this.around(axis);
    const factor = factorOf(count);
    if (count === 1) return this;
    if (size * behind * count > shortTable && factor < count)
      return this.repeat(axis, factor).repeat(axis, count / factor);
    const sizes = this.#with(axis, size * count);
    const channels = size * behind;
    if (channels * count <= shortTable || count > mostPieces) {
      const order = Array.from({ length: channels * count }, (_, i) => i % channels);
      return this.by(selectChannels, { order }, ...this.#pixels(channels, order.length), sizes);
    }
    const id = this.seen([1, before, 1, channels]);
    return this.by(concat, {}, new Array<TensorId>(count).fill(id), [1, before, 1, channels * count], sizes);
  }

  /**
   * Axis k is axis order[k] of what was. Three groups of axes are one transpose. Of more, one after the other moves to the
   * front, from the last one of the new order to the first.
   */
  permute(order: readonly number[]): this {
    const target = groupsOf(this.#sizes, order);
    const source = [...target].sort((a, b) => a.first - b.first);
    const sizes = order.map((axis) => this.#sizes[axis]);
    if (target.length <= 3) {
      const ones = new Array<number>(3 - target.length).fill(1);
      const moves = [...ones.map((_, i) => i), ...target.map((group) => source.indexOf(group) + ones.length)];
      const [from, to] = [source, target].map((list): NHWC => [1, ...ones, ...list.map(({ size }) => size)] as never);
      const [h = 0, w = 1, c = 2] = moves;
      return this.by(transpose, { order: [h, w, c] }, [this.seen(from as NHWC)], to as NHWC, sizes);
    }
    let current = source;
    for (const group of [...target].reverse()) {
      const at = current.indexOf(group);
      const [before, behind] = [sizeOf(current.slice(0, at)), sizeOf(current.slice(at + 1))];
      current = [group, ...current.filter((each) => each !== group)];
      if (at === 0) continue;
      const id = this.seen([1, before, group.size, behind]);
      this.by(transpose, { order: [1, 0, 2] }, [id], [1, group.size, before, behind], sizes);
    }
    return this;
  }

  /** Makes the output of the operator, which the file declares with these sizes. */
  finish(): void {
    const { writer, output } = this.#node;
    const sizes = this.#sizes.map((size, axis) => (isBatch(this.#node, this.#sizes, axis) ? writer.batch : size));
    if (!writer.isPending(outputId(this.#node)) && String(sizes) !== String(output.shape)) {
      problem(this.#node, `it gives [${sizes.join(', ')}], but the file declares [${output.shape.join(', ')}]`);
    } else if (this.#step) this.#step.write(true);
    else emit(this.#node, reshape, { shape: this.#declared() }, [this.#made.id]);
  }

  #declared(): NHWC {
    return imageShape(this.#sizes, 1);
  }

  #with(axis: number, size: number): readonly number[] {
    return this.#sizes.map((each, i) => (i === axis ? size : each));
  }

  /** Inputs and output of an op on pixels of `from` channels, which gives them `to` channels. */
  #pixels(from: number, to: number): readonly [inputs: readonly TensorId[], shape: NHWC] {
    const [, h, w, c] = this.#step?.shape ?? this.#made.shape;
    const [rows, columns] = c === from ? [h, w] : [elements(this.#sizes) / from, 1];
    return [[this.seen([1, rows, columns, from])], [1, rows, columns, to]];
  }

  #swap(before: number, size: number, behind: number): this {
    const id = this.seen([1, before, size, behind]);
    return this.by(transpose, { order: [0, 2, 1] }, [id], [1, before, behind, size], this.#sizes);
  }
}

/** Whether an axis of a shape of the file is that of several images. */
export const isBatch = ({ writer }: NodeConversion, shape: readonly number[], axis: number): boolean =>
  axis === 0 && shape.length > 1 && writer.batch !== 1;

/** Numbers that follow each other by one, together. */
function runsOf(list: readonly number[]): { begin: number; size: number }[] {
  const runs: { begin: number; size: number }[] = [];
  for (const index of list) {
    const run = runs.at(-1);
    if (run && index === run.begin + run.size) run.size++;
    else runs.push({ begin: index, size: 1 });
  }
  return runs;
}

/** The largest factor of a count that is no more than there may be pieces; the count itself where there is none but 1. */
function factorOf(count: number): number {
  for (let factor = Math.min(mostPieces, count); factor > 1; factor--) if (count % factor === 0) return factor;
  return count;
}
