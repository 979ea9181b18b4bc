import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { elements, type NHWC } from '../../src/graph/tensor.ts';
import { selectChannels } from '../../src/ops/select-channels.ts';
import type { OperatorCases } from '../support/operator-cases.ts';
import { own } from '../support/parts.ts';
import { bytesOf } from '../support/values.ts';

/** `second`: channels of a second tensor, or of a constant. */
export function selectGraph(
  shape: NHWC,
  order: readonly number[],
  second?: { readonly channels: number; readonly constant?: boolean },
): Graph {
  const build = new GraphBuilder('select channels');
  const [, h, w] = shape;
  const inputs = [build.input('x', shape, quantizedBy(0.05, -7))];
  if (second) {
    const size: NHWC = [1, h, w, second.channels];
    inputs.push(
      second.constant
        ? build.constant('x2', size, bytesOf(7, elements(size)), quantizedBy(0.05, -7))
        : build.input('x2', size, quantizedBy(0.05, -7)),
    );
  }
  build.output(build.add(selectChannels, { order }, inputs, { name: 'y', quantization: quantizedBy(0.05, -7) }));
  return build.build();
}

/** The order of a channel shuffle: [groups][channels / groups], transposed. */
export const shuffled = (channels: number, groups: number): number[] =>
  Array.from({ length: channels }, (_, c) => (c % groups) * (channels / groups) + Math.floor(c / groups));

/** Channels of 33 in no order, some more than once. */
const anyOrder = (count: number): number[] => Array.from(bytesOf(count, count), (value) => (value + 128) % 33);

export const selectChannelsCases: OperatorCases = {
  op: selectChannels,
  tails: (c, w) => [
    selectGraph([1, 3, w, 2 * c], shuffled(2 * c, 2)),
    selectGraph([1, 3, w, 2 * c], shuffled(2 * c, c)),
    selectGraph([1, 3, w, c], shuffled(2 * c, 2), { channels: c }),
    selectGraph([1, 3, w, c], shuffled(c + 4, 1), { channels: 4, constant: true }),
    selectGraph([1, 3, w, 33], anyOrder(c)),
  ],
  rings: {
    'shuffle of channels': selectGraph([1, 30, 3, 34], shuffled(34, 2)),
    'channels of two tensors': selectGraph([1, 30, 3, 17], shuffled(34, 2), { channels: 17 }),
  },
  hostile: [selectGraph([1, 2, 2, 9], shuffled(18, 2), { channels: 9 })],
  tables: [
    {
      graph: selectGraph([1, 2, 2, 9], shuffled(18, 2), { channels: 9 }),
      word: 'channelTable',
      entry: 17,
      last: 17,
      strays: [18, -1, 0x7fffffff, -0x80000000],
    },
    {
      graph: selectGraph([1, 3, 4, 9], [8, 0, 3, 3, 1]),
      word: 'channelTable',
      entry: 0,
      last: 8,
      strays: [9, -1],
    },
  ],
  needs: {
    graphs: { 'of one tensor': selectGraph([1, 3, 4, 9], [8, 0, 3, 3, 1]) },
    data: ({ y }) => ({ channelTable: 4 * y.channels }),
    scratch: () => 32,
  },
  parts: {
    shuffle: ({ build, x, channels: c }) =>
      build.add(selectChannels, { order: shuffled(c, c) }, [x, x], { quantization: own }),
    'channels of two parts': ({ build, x, channels: c }) =>
      build.add(selectChannels, { order: shuffled(2 * c, 2) }, [x, x], { quantization: own }),
  },
};
