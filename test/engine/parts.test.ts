import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { quantize } from '../../src/ops/quantize.ts';
import { selectChannels } from '../../src/ops/select-channels.ts';
import { slice } from '../../src/ops/slice.ts';
import { catalogue } from '../cases/catalogue.ts';
import { checkGuarded } from '../support/guarded-run.ts';
import { linear, own, type Part, weights, window } from '../support/parts.ts';
import { around } from '../support/tiles.ts';

/**
 * Every kernel on a part of a tensor: the channels `first` … `first + count` of five more, which lie among the pixels of
 * the whole. Whole and part end at odd places; the rest of the whole is read last of all.
 */

/** in → all, of which the reader has `channels` and a sum the others. */
function graphOf(reader: (part: Part) => TensorId, channels: number, first: number, width: number): Graph {
  const build = new GraphBuilder('parts');
  const height = 4;
  const x = build.input('x', [1, height, width, channels + 5], quantizedBy(0.04, 3));
  const all = build.add(quantize, {}, [x], { name: 'all', quantization: own });
  const part = (begin: number, count: number): TensorId =>
    build.add(slice, { begin: [0, 0, begin], size: [height, width, count] }, [all], { quantization: own });
  build.output(reader({ build, x: part(first, channels), channels, height, width }));
  const rest = [part(0, first), part(first + channels, 5 - first)];
  build.output(build.add(selectChannels, { order: [4, 3, 2, 1, 0] }, rest, { quantization: own }));
  return build.build();
}

const check = (graph: Graph): string[] =>
  checkGuarded(graph)
    .stages.map(({ opcode }) => opcode)
    .filter((opcode) => opcode === 'slice');

const parts = catalogue.flatMap(({ parts = {} }) => Object.entries(parts));

describe.each(parts)('%s', (name, reader) => {
  it('of a part gives the bytes of the reference, and the part costs no stage', () => {
    const sizes = fc.record({
      channels: fc.constantFrom(1, 3, 8, 15, 16, 17, 33),
      first: fc.integer({ min: 1, max: 4 }),
      width: fc.constantFrom(1, 2, 5),
    });
    fc.assert(
      fc.property(sizes, ({ channels, first, width }) => {
        const slices = check(graphOf(reader, channels, first, width));
        expect(slices).toHaveLength(name === 'slice of rows' ? 1 : 0);
      }),
      { numRuns: 20 },
    );
  });
});

it('a 3×3 convolution needs neighboring pixels and has its part copied', () => {
  const reader = ({ build, x, channels }: Part): TensorId => {
    const attributes = { ...window, ...linear, padding: around([3, 3]), groups: 1 };
    return build.add(conv2d, attributes, [x, weights(build, [5, 3, 3, channels])], { quantization: own });
  };
  expect(check(graphOf(reader, 9, 3, 5))).toEqual(['slice']);
});
