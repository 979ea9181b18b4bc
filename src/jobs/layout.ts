import type { ModelFile } from '../format/model-file.ts';
import { type Graph, nhwc, readersOf } from '../graph/graph.ts';
import type { ImageValues } from '../import/npy/images.ts';

/** The order of an image's values: channels of a pixel together, or all of a channel. */
export type ImageLayout = 'nhwc' | 'nchw';

/** Channels that pictures have. */
const pictureChannels: readonly number[] = [1, 3, 4];

/** How many operators of one value may stand before the transpose. */
const mostBefore = 2;

/** Channels in front that pictures have, and sizes behind them that no number of channels is. */
const looksFirst = (c: number, h: number, w: number): boolean => pictureChannels.includes(c) && h > 4 && w > 4;

/** The layout of an input of a compiled model: channels come first where a transpose that moves them last is all that reads it. */
export function layoutOfFile({ inputs, operands, stages }: ModelFile, i: number): ImageLayout {
  let at = inputs[i].operand;
  const { height, width, channels } = operands[at];
  if (!looksFirst(height, width, channels)) return 'nhwc';
  for (let before = 0; before <= mostBefore; before++) {
    const [stage, ...others] = stages.filter(({ words }) => words.x === at || words.x2 === at);
    if (!stage || others.length > 0) return 'nhwc';
    const { opcode, words } = stage;
    if (opcode === 'transpose') {
      return words.axisH === 1 && words.axisW === 2 && words.axisC === 0 ? 'nchw' : 'nhwc';
    }
    if (opcode !== 'table' && opcode !== 'quantizeReal') return 'nhwc';
    at = words.y;
  }
  return 'nhwc';
}

/** The same of the first input of a graph. */
export function layoutOfGraph(graph: Graph): ImageLayout {
  const [id] = graph.inputs;
  const [, h, w, c] = nhwc(graph.tensors[id]);
  const [reader, ...others] = readersOf(graph).get(id) ?? [];
  const node = reader === undefined ? undefined : graph.nodes[reader];
  if (!node || others.length > 0 || !looksFirst(h, w, c)) return 'nhwc';
  return String(node.op.axisOrder?.(node.attributes)) === '1,2,0' ? 'nchw' : 'nhwc';
}

/** The values of an image of `channels` channels, pixel by pixel, channel by channel. */
export function channelsFirst<T extends ImageValues>(values: T, channels: number): T {
  const moved = values.slice() as T;
  const pixels = values.length / channels;
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let c = 0; c < channels; c++) moved[c * pixels + pixel] = values[pixel * channels + c];
  }
  return moved;
}
