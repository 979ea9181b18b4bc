import { maxPool2d } from '../../../ops/max-pool2d.ts';
import { Arrangement, isBatch } from '../../arrangement.ts';
import { problem } from '../../conversion.ts';
import { axisAt, indices, integers, operand } from '../../operand.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { gatherOptions, mirrorPadOptions } from '../schema.ts';

/** The elements of one axis in any order that is constant. Indices may have any number of axes, or none. */
export const convertGather: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const list = indices(node, 1, 'indices');
  const { options } = node.operator;
  if (!x || !list) return;
  const { shape } = x.file;
  const axis = axisAt(node, scalar(options, gatherOptions.axis, 'Int32'), shape.length);
  const batchDims = scalar(options, gatherOptions.batchDims, 'Int32');
  if (batchDims !== 0) problem(node, `${batchDims} batch dimensions are not supported (0)`);
  if (axis === undefined || batchDims !== 0 || takesBatch(node, shape, axis)) return;
  const stray = list.values.find((index) => index < 0 || index >= shape[axis]);
  if (stray !== undefined || list.values.length === 0) {
    problem(node, `the index ${stray ?? 'list is empty, which'} is not within axis ${axis} of [${shape.join(', ')}]`);
    return;
  }
  const way = new Arrangement(node, x).select(axis, list.values);
  way.as([...way.sizes.slice(0, axis), ...list.shape, ...way.sizes.slice(axis + 1)]).finish();
};

function takesBatch(node: TfliteNode, shape: readonly number[], axis: number): boolean {
  if (!isBatch(node, shape, axis)) return false;
  problem(node, `axis ${axis} of [${shape.join(', ')}] is the batch (an axis of one image)`);
  return true;
}

/** Axes from their end to their begin. */
export const convertReverse: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const list = integers(node, 1, 'axes');
  if (!x || !list) return;
  const { shape } = x.file;
  const way = new Arrangement(node, x);
  for (const given of list) {
    const axis = axisAt(node, given, shape.length);
    if (axis === undefined || takesBatch(node, shape, axis)) return;
    way.select(
      axis,
      Array.from({ length: shape[axis] }, (_, i) => shape[axis] - 1 - i),
    );
  }
  way.finish();
};

/** What lies at a border, read backwards beyond it: with the border itself (symmetric), or without. */
export const convertMirrorPad: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const list = integers(node, 1, 'paddings');
  if (!x || !list) return;
  const { shape } = x.file;
  const symmetric = scalar(node.operator.options, mirrorPadOptions.mode, 'Int8') === 1 ? 1 : 0;
  const most = (axis: number): number => shape[axis] - 1 + symmetric;
  if (list.length !== 2 * shape.length || list.some((size, i) => size < 0 || size > most(i >> 1))) {
    const border = symmetric === 1 ? 'with the border' : 'without the border';
    problem(node, `the paddings [${list.join(', ')}] do not fit [${shape.join(', ')}], mirrored ${border}`);
    return;
  }
  const way = new Arrangement(node, x);
  for (const [axis, size] of shape.entries()) {
    const [before, behind] = [list[2 * axis], list[2 * axis + 1]];
    if (before + behind === 0) continue;
    if (takesBatch(node, shape, axis)) return;
    const mirrored = Array.from({ length: before + size + behind }, (_, i) => {
      const at = i - before;
      if (at < 0) return -at - symmetric;
      return at < size ? at : 2 * (size - 1) - at + symmetric;
    });
    way.select(axis, mirrored);
  }
  way.finish();
};

/** The whole of each axis some times. */
export const convertTile: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const list = integers(node, 1, 'multiples');
  if (!x || !list) return;
  const { shape } = x.file;
  if (list.length !== shape.length || list.some((count) => count < 1)) {
    problem(node, `the multiples [${list.join(', ')}] do not fit [${shape.join(', ')}] (one from 1 an axis)`);
    return;
  }
  const way = new Arrangement(node, x);
  for (const [axis, count] of list.entries()) {
    if (count > 1 && takesBatch(node, shape, axis)) return;
    way.repeat(axis, count);
  }
  way.finish();
};

/** Every element of `step` of an axis from `begin` on: a window of one element that moves by so many, or a list. */
export function stepAlong(way: Arrangement, axis: number, begin: number, size: number, step: number): void {
  if (step === 1) way.part(axis, begin, size);
  else if (step < 0)
    way.select(
      axis,
      Array.from({ length: size }, (_, i) => begin + i * step),
    );
  else {
    way.part(axis, begin, (size - 1) * step + 1);
    const [before, all, behind] = way.around(axis);
    if (size === all) return;
    const sizes = way.sizes.map((each, i) => (i === axis ? size : each));
    const attributes = { window: [1, 1], stride: [1, step], dilation: [1, 1], padding, activation: 'none' } as const;
    way.by(maxPool2d, attributes, [way.seen([1, before, all, behind])], [1, before, size, behind], sizes);
  }
}

const padding = { top: 0, left: 0, bottom: 0, right: 0 } as const;
