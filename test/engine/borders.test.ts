import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { dtypes } from '../../src/format/instructions.ts';
import type { Values } from '../../src/format/values.ts';
import { writeModel } from '../../src/format/write.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { argMax } from '../../src/ops/arg-max.ts';
import { dequantize } from '../../src/ops/dequantize.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { quantizeReal } from '../../src/ops/quantize-real.ts';
import { tanh } from '../../src/ops/tanh.ts';
import { argMaxGraph } from '../cases/arg-max.ts';
import { named } from '../cases/catalogue.ts';
import { dequantizeGraph } from '../cases/dequantize.ts';
import { quantizeRealGraph } from '../cases/quantize-real.ts';
import { reshapeGraph } from '../cases/reshape.ts';
import { loaded, raw, runOnce, tiers } from '../support/engine.ts';
import { functionGraph } from '../support/function-cases.ts';

/** Operators at a model's borders, whose elements are not bytes. */

const scale = fc.float({ noNaN: true, min: Math.fround(1e-6), max: 1000 });
const quantization = fc.record({ scale, i8: fc.integer({ min: -128, max: 127 }), unsigned: fc.boolean() });

function same(graph: Graph, input: Values): void {
  const expected = evaluate(graph, [input]).outputs.map((values) => raw(values));
  for (const tier of tiers) expect(runOnce(loaded(tier, compile(graph).bytes), [input])).toEqual(expected);
}

describe('the engine and the reference agree', () => {
  it('on float values of every kind, near halves and far from all, and NaN', () => {
    const steps = fc.tuple(fc.integer({ min: -400, max: 400 }), fc.integer({ min: -3, max: 3 }));
    const value = fc.oneof(fc.float(), fc.constantFrom(NaN, Infinity, -Infinity, -0), fc.integer());
    fc.assert(
      fc.property(quantization, fc.array(steps), fc.array(value, { minLength: 1 }), (q, near, others) => {
        const halves = near.map(([half, ulps]) => {
          const bits = new Int32Array(Float32Array.of((half + 0.5) * q.scale).buffer);
          bits[0] = (bits[0] as number) + ulps;
          return new Float32Array(bits.buffer)[0] as number;
        });
        const x = Float32Array.from([...halves, ...others]);
        const build = new GraphBuilder();
        const id = build.input('x', [1, 1, 1, x.length], undefined, { dtype: 'f32' });
        const to = {
          dtype: q.unsigned ? 'u8' : 'i8',
          quantization: quantizedBy(q.scale, q.i8 + (q.unsigned ? 128 : 0)),
        };
        build.output(build.add(quantizeReal, {}, [id], to as { dtype: 'i8' }));
        same(build.build(), x);
      }),
      { numRuns: 150 },
    );
  });

  it('on the real value of every byte', () => {
    fc.assert(
      fc.property(quantization, (q) => {
        const build = new GraphBuilder();
        const from = quantizedBy(q.scale, q.i8 + (q.unsigned ? 128 : 0));
        const id = build.input('x', [1, 1, 256, 1], from, { dtype: q.unsigned ? 'u8' : 'i8' });
        build.output(build.add(dequantize, {}, [id], { dtype: 'f32' }));
        const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
        same(build.build(), q.unsigned ? bytes : new Int8Array(bytes.buffer));
      }),
      { numRuns: 50 },
    );
  });

  it('on the greatest and the least of channels, the first of equal ones', () => {
    const pixels = fc.tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 255 }),
    );
    fc.assert(
      fc.property(
        pixels,
        fc.constantFrom('max', 'min'),
        fc.boolean(),
        fc.boolean(),
        fc.nat(),
        (p, of, u, wide, seed) => {
          const [width, channels, spread] = p;
          const build = new GraphBuilder();
          const id = build.input('x', [1, 1, width, channels], quantizedBy(0.1, 0), { dtype: u ? 'u8' : 'i8' });
          build.output(build.add(argMax, { of }, [id], { dtype: wide ? 'i64' : 'i32' }));
          let state = seed;
          const bytes = Uint8Array.from({ length: width * channels }, () => {
            state = (state * 1103515245 + 12345) >>> 0;
            return ((state >>> 16) % spread) + (256 - spread) / 2;
          });
          same(build.build(), u ? bytes : new Int8Array(bytes.buffer));
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe.each(tiers)('%s refuses', (tier) => {
  const changed = (graph: Graph, operand: number, fields: object) => {
    const { model } = compile(graph, { keep: 'all' });
    const operands = model.operands.map((o, i) => (i === operand ? { ...o, ...fields } : o));
    const entry = { dtype: 'f32' } as const;
    const inputs = model.inputs.map((one) => (one.operand === operand ? { ...one, ...entry } : one));
    return () => loaded(tier, writeModel({ ...model, operands, inputs, ramBytes: model.ramBytes + 4096 }));
  };
  const f32 = { dtype: dtypes.indexOf('f32') };
  const wide = (channels: number) => ({ ...f32, pixelStride: 4 * channels, rowBytes: 8 * channels });

  it.each<[string, Graph]>([
    ['a table', functionGraph([1, 1, 2, 3], tanh)],
    ['dequantize', dequantizeGraph([1, 1, 2, 3])],
    ['arg-max', argMaxGraph([1, 1, 2, 3])],
    ['a reshape to bytes', reshapeGraph([1, 2, 2, 3], [1, 1, 2, 6])],
  ])('float values where bytes are read, by %s', (_, graph) => {
    expect(changed(graph, 0, wide(3))).toThrow(/^(simd|scalar): stage/);
  });

  it.each(named)('float values where bytes are read, by every kernel of %s', (_, { op, tails }) => {
    const graphs = tails(9, 5).filter((graph) => {
      const [x] = compile(graph, { keep: 'all' }).model.operands;
      return graph.nodes.length === 1 && x?.dtype !== dtypes.indexOf('f32') && x?.left === 0 && x.right === 0;
    });
    expect(graphs.length > 0).toBe(op !== quantizeReal);
    for (const graph of graphs) {
      const [, , width = 0, channels = 0] = graph.tensors[graph.inputs[0] as number]?.shape ?? [];
      const strides = { pixelStride: 4 * channels, rowBytes: 4 * width * channels };
      expect(changed(graph, 0, { ...f32, ...strides })).toThrow(/^(simd|scalar): stage/);
    }
  });

  it('bytes where float values are read', () => {
    const graph = quantizeRealGraph([1, 1, 2, 3]);
    expect(changed(graph, 0, { dtype: 0, pixelStride: 3, rowBytes: 6 })).toThrow(/stage/);
  });

  it('pixels that are too near for their elements, padding of float values, and types that it does not know', () => {
    const graph = quantizeRealGraph([1, 1, 2, 3]);
    expect(changed(graph, 0, { pixelStride: 11, rowBytes: 22 })).toThrow(/operand \(0, 28\)/);
    expect(changed(graph, 0, { left: 1, rowBytes: 36, origin: 12 })).toThrow(/operand \(0, 36\)/);
    expect(changed(graph, 0, { dtype: dtypes.indexOf('f16') })).toThrow(/operand \(0, 48\)/);
  });
});
