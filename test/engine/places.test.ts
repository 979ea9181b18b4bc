import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { concat } from '../../src/ops/concat.ts';
import { dequantize } from '../../src/ops/dequantize.ts';
import { quantize } from '../../src/ops/quantize.ts';
import { slice } from '../../src/ops/slice.ts';
import { lower } from '../../src/passes/lower.ts';
import { catalogue } from '../cases/catalogue.ts';
import { checkGuarded } from '../support/guarded-run.ts';
import { denseNetwork, inceptionNetwork, unetNetwork } from '../support/joined-networks.ts';
import { own, type Part } from '../support/parts.ts';

/**
 * Every kernel making its output among the pixels of a concatenation, from a part of another tensor: what lies on both
 * sides is made before it and must be as it was. Nothing is copied.
 */

function graphOf(reader: (part: Part) => TensorId, channels: number, first: number, width: number): Graph {
  const build = new GraphBuilder('places');
  const height = 4;
  const input = build.input('x', [1, height, width, channels + 5], quantizedBy(0.04, 3));
  const all = build.add(quantize, {}, [input], { quantization: own });
  const begin = [0, 0, first] as const;
  const x = build.add(slice, { begin, size: [height, width, channels] }, [all], { quantization: own });
  const y = reader({ build, x, channels, height, width });
  const { shape, quantization } = build.build().tensors[y] as Graph['tensors'][number];
  const [, h, w] = shape as [number, number, number, number];
  const beside = (c: number): TensorId => {
    const from = build.input(`beside ${c}`, [1, h, w, c], quantizedBy(0.06, 11));
    return build.add(quantize, {}, [from], quantization && { quantization });
  };
  const inputs = [beside(first), y, beside(5 - first)];
  build.output(build.add(concat, {}, inputs, quantization && { quantization }));
  return build.build();
}

const check = (graph: Graph): string[] => checkGuarded(graph).stages.map(({ opcode }) => opcode);

const parts = catalogue.flatMap(({ parts = {} }) => Object.entries(parts));

describe.each(parts)('%s', (name, reader) => {
  it('makes the bytes of the reference in place, and the concatenation costs no stage', () => {
    const sizes = fc.record({
      channels: fc.constantFrom(1, 3, 8, 15, 16, 17, 33),
      first: fc.integer({ min: 1, max: 4 }),
      width: fc.constantFrom(1, 2, 5),
    });
    fc.assert(
      fc.property(sizes, ({ channels, first, width }) => {
        const opcodes = check(graphOf(reader, channels, first, width));
        // A slice that is not part of its input is a stage of its own; a reshape is a view and is copied, if it is one.
        const copies = opcodes.filter((opcode) => opcode === 'slice');
        if (name === 'reshape') expect(copies.length).toBeLessThanOrEqual(1);
        else expect(copies).toHaveLength(name === 'slice of rows' ? 1 : 0);
      }),
      { numRuns: 20 },
    );
  });
});

it('float values of a border are copied side by side', () => {
  const build = new GraphBuilder('reals');
  const inputs = [3, 1, 6].map((c) => {
    const x = build.input(`x${c}`, [1, 3, 2, c], own);
    return build.add(dequantize, {}, [x], { dtype: 'f32' });
  });
  build.output(build.add(concat, {}, inputs, { dtype: 'f32' }));
  expect(check(build.build()).filter((opcode) => opcode === 'slice')).toHaveLength(3);
});

describe('networks of concatenations', () => {
  it.each([denseNetwork(9, 4, 5), lower(denseNetwork(9, 4, 5, true)), inceptionNetwork(8, 4), unetNetwork(12, 2, 3)])(
    '$name runs without a copy of what can be made in place',
    (graph) => {
      const copies = check(graph).filter((opcode) => opcode === 'slice');
      expect(copies).toHaveLength(0);
    },
  );
});
