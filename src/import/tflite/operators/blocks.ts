import type { NHWC, TensorId } from '../../../graph/tensor.ts';
import { concat } from '../../../ops/concat.ts';
import { slice } from '../../../ops/slice.ts';
import { Arrangement } from '../../arrangement.ts';
import { problem } from '../../conversion.ts';
import { emitBetween, seenAs } from '../../emit.ts';
import { type FoundOperand, integers, operand } from '../../operand.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { blockOptions } from '../schema.ts';

/** A map of four axes and the size of the blocks of its pixels. */
function readBlocks(node: TfliteNode): { readonly x: FoundOperand; readonly block: number } | undefined {
  const x = operand(node, 0);
  const block = scalar(node.operator.options, blockOptions.size, 'Int32');
  if (!x) return undefined;
  if (x.file.shape.length !== 4)
    return problem(node, `an input [${x.file.shape.join(', ')}] is not a map; expected 4 axes`);
  return block < 1 ? problem(node, `blocks of ${block} are not supported (from 1)`) : { x, block };
}

/** Channels become blocks of pixels, row by row. */
export const convertDepthToSpace: TfliteConverter = (node) => {
  const given = readBlocks(node);
  if (!given) return;
  const { x, block } = given;
  const way = new Arrangement(node, x);
  const [n, h, w, c] = way.sizes;
  const out = c / (block * block);
  if (!Number.isInteger(out)) {
    problem(node, `${c} channels are not blocks of ${block}×${block} (a multiple of ${block * block})`);
    return;
  }
  swapMiddle(node, x, way.as([n * h, w, block, block * out]));
  way.as([n, h * block, w * block, out]).finish();
};

/** Blocks of pixels become channels, row by row. */
export const convertSpaceToDepth: TfliteConverter = (node) => {
  const given = readBlocks(node);
  if (!given) return;
  const { x, block } = given;
  const way = new Arrangement(node, x);
  const [n, h, w, c] = way.sizes;
  if (h % block !== 0 || w % block !== 0) {
    problem(node, `${h}×${w} pixels are not blocks of ${block}×${block} (a multiple in each direction)`);
    return;
  }
  swapMiddle(node, x, way.as([(n * h) / block, block, w / block, block * c]));
  way.as([n, h / block, w / block, block * block * c]).finish();
};

/** More pieces than this are no longer cheaper than transposes. */
const mostPieces = 16;

/** Axes 1 and 2 of four change places, row by row: one of them is taken apart, and its pieces are put side by side. */
function swapMiddle(node: TfliteNode, { id: like }: FoundOperand, way: Arrangement): void {
  const [p, a, b, q] = way.sizes;
  const sizes = [p, b, a, q];
  if (Math.min(a, b) > mostPieces) {
    way.permute([0, 2, 1, 3]);
    return;
  }
  const pieces = (count: number, whole: NHWC, part: NHWC, laid: NHWC): TensorId[] => {
    const x = way.seen(whole);
    return Array.from({ length: count }, (_, i) => {
      const attributes = { begin: [0, 0, i * part[3]], size: [part[1], part[2], part[3]] } as const;
      const id = emitBetween(node, slice, attributes, [x], part, like);
      return seenAs(node, { id, shape: part }, laid);
    });
  };
  if (b <= a)
    way.by(concat, {}, pieces(b, [1, p, a, b * q], [1, p, a, q], [1, p, 1, a * q]), [1, p, 1, b * a * q], sizes);
  else way.by(concat, {}, pieces(a, [1, p, 1, a * b * q], [1, p, 1, b * q], [1, p, b, q]), [1, p, b, a * q], sizes);
}

interface Spread {
  readonly x: FoundOperand;
  readonly blocks: readonly number[];
  /** Two sizes for each block: before and behind. */
  readonly ends: readonly number[];
}

/** What both operators have: a block for each axis behind the first, and what is put beside it or cut off. */
function readSpread(node: TfliteNode, ends: string): Spread | undefined {
  const x = operand(node, 0);
  const blocks = integers(node, 1, 'block sizes');
  const list = integers(node, 2, ends);
  if (!x || !blocks || !list) return undefined;
  const { shape } = x.file;
  const fits = blocks.length < shape.length && list.length === 2 * blocks.length;
  if (node.writer.batch !== 1) return problem(node, `it changes a batch of ${node.writer.batch}; the batch must be 1`);
  if (fits && blocks.every((size) => size >= 1) && list.every((size) => size >= 0)) return { x, blocks, ends: list };
  return problem(
    node,
    `blocks [${blocks.join(', ')}] and ${ends} [${list.join(', ')}] do not fit [${shape.join(', ')}]`,
  );
}

/** Pixels of each place in a block become an image of their own. Around a convolution it is a dilation: fold-space-to-batch.ts. */
export const convertSpaceToBatch: TfliteConverter = (node) => {
  const given = readSpread(node, 'paddings');
  if (!given) return;
  const { x, blocks, ends } = given;
  const way = new Arrangement(node, x);
  for (const i of blocks.keys()) way.pad(i + 1, ends[2 * i], ends[2 * i + 1]);
  const [n, ...others] = way.sizes;
  if (blocks.some((block, i) => others[i] % block !== 0)) {
    problem(node, `[${way.sizes.join(', ')}] is not a multiple of the blocks [${blocks.join(', ')}]`);
    return;
  }
  const spread = others.flatMap((size, i) => (i < blocks.length ? [size / blocks[i], blocks[i]] : [size]));
  const inner = blocks.map((_, i) => 2 * i + 2);
  const order = [...inner, 0, ...[n, ...spread].keys()].filter((axis, i, list) => list.indexOf(axis) === i);
  way.as([n, ...spread]).permute(order);
  const images = blocks.reduce((all, block) => all * block, n);
  way.as([images, ...others.map((size, i) => size / (blocks[i] ?? 1))]).finish();
};

/** The other way. */
export const convertBatchToSpace: TfliteConverter = (node) => {
  const given = readSpread(node, 'crops');
  if (!given) return;
  const { x, blocks, ends } = given;
  const way = new Arrangement(node, x);
  const [images, ...others] = way.sizes;
  const n = images / blocks.reduce((all, block) => all * block, 1);
  const sizes = others.map((size, i) => size * (blocks[i] ?? 1));
  const lacks = blocks.some((_, i) => sizes[i] - ends[2 * i] - ends[2 * i + 1] < 1);
  if (!Number.isInteger(n) || lacks) {
    problem(
      node,
      `[${way.sizes.join(', ')}] is not made of blocks [${blocks.join(', ')}] with crops [${ends.join(', ')}]`,
    );
    return;
  }
  const count = blocks.length;
  const order = [count, ...others.flatMap((_, i) => (i < count ? [count + 1 + i, i] : [count + 1 + i]))];
  way.as([...blocks, n, ...others]).permute(order);
  way.as([n, ...sizes]);
  for (const i of blocks.keys()) way.part(i + 1, ends[2 * i], sizes[i] - ends[2 * i] - ends[2 * i + 1]);
  way.finish();
};
