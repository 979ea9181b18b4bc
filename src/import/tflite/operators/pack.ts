import type { NHWC, TensorId } from '../../../graph/tensor.ts';
import { concat } from '../../../ops/concat.ts';
import { Arrangement, isBatch } from '../../arrangement.ts';
import { problem } from '../../conversion.ts';
import { seenAs } from '../../emit.ts';
import { axisAt, constant, fileInput, operand } from '../../operand.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter } from '../node.ts';
import { packOptions, unpackOptions } from '../schema.ts';

/** Inputs of one shape side by side along a new axis. */
export const convertPack: TfliteConverter = (node) => {
  const { operator, activations, writer } = node;
  const shapes = operator.inputs.map((_, i) => fileInput(node, i)?.shape ?? []);
  const first = operator.inputs.findIndex((index) => activations.has(index));
  const x = operand(node, Math.max(first, 0));
  if (!x) return;
  const { shape } = x.file;
  const axis = axisAt(node, scalar(operator.options, packOptions.axis, 'Int32'), shape.length + 1);
  const other = shapes.find((each) => String(each) !== String(shape));
  if (other) problem(node, `the shapes [${shape.join(', ')}] and [${other.join(', ')}] differ (one shape)`);
  if (axis === undefined || other) return;
  if (axis === 0 && writer.batch !== 1) {
    problem(node, 'it packs before the batch (behind it)');
    return;
  }
  const way = new Arrangement(node, x);
  const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);
  const [before, channels] = [product(way.sizes.slice(0, axis)), product(way.sizes.slice(axis))];
  const ids = operator.inputs.map((index, i): TensorId | undefined => {
    const seen: NHWC = [1, before, 1, channels];
    const file = fileInput(node, i);
    if (file?.bytes && !activations.has(index)) return constant(node, file, seen, 0);
    const one = operand(node, i);
    return one && seenAs(node, one, seen);
  });
  if (!ids.every((id) => id !== undefined)) return;
  const sizes = [...way.sizes.slice(0, axis), ids.length, ...way.sizes.slice(axis)];
  way.by(concat, {}, ids, [1, before, 1, channels * ids.length], sizes).finish();
};

/** Each element of an axis by itself, without that axis. */
export const convertUnpack: TfliteConverter = (node) => {
  const x = operand(node, 0);
  if (!x) return;
  const { shape } = x.file;
  const axis = axisAt(node, scalar(node.operator.options, unpackOptions.axis, 'Int32'), shape.length);
  if (axis === undefined) return;
  if (shape[axis] !== node.outputs.length || isBatch(node, shape, axis)) {
    problem(node, `axis ${axis} of [${shape.join(', ')}] is not ${node.outputs.length} outputs (an axis of one image)`);
    return;
  }
  node.outputs.forEach((output, i) => {
    const way = new Arrangement({ ...node, output }, x).part(axis, i, 1);
    way.as(way.sizes.filter((_, each) => each !== axis)).finish();
  });
};
