import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { load } from '../../src/runtime/node.ts';
import { tiers } from '../support/engine.ts';
import { streamGraph } from '../support/stream-graph.ts';

const { bytes } = compile(streamGraph({ kept: 1, channels: 1 }), { evaluate: evaluateQuantized });

describe.each(tiers)('a model that keeps state (%s)', (tier) => {
  it('takes images of one call and of several as one sequence, until it is reset', async () => {
    const model = await load(bytes, { tier });
    expect(model.variables).toEqual(['rows']);
    expect(model.run(Int8Array.of(5, 6, 7))).toEqual([Int8Array.of(3, 5, 5, 6, 6, 7)]);
    expect(model.run(Int8Array.of(8))).toEqual([Int8Array.of(7, 8)]);
    model.reset();
    expect(model.run(Int8Array.of(9))).toEqual([Int8Array.of(3, 9)]);
  });

  it('begins with initial values after load, a self-test and a profile', async () => {
    const model = await load(bytes, { tier, selfTest: true });
    model.run(Int8Array.of(5));
    model.profile(Int8Array.of(6), { runs: 2, warmup: 0, milliseconds: 1 });
    expect(model.run(Int8Array.of(7))).toEqual([Int8Array.of(3, 7)]);
  });

  it('starts over after a run that was stopped because its time was over', async () => {
    const model = await load(bytes, { tier });
    model.run(Int8Array.of(5));
    expect(() => model.run(Int8Array.of(6), { maxMilliseconds: 0 })).toThrow('was stopped');
    const [first] = model.run(Int8Array.of(7)) as [Int8Array];
    // Before its first step nothing has changed.
    expect([3, 5]).toContain(first[0]);
    expect(model.run(Int8Array.of(8))).toEqual([Int8Array.of(7, 8)]);
  });

  it('shares nothing with another model of the same file', async () => {
    const [one, other] = [await load(bytes, { tier }), await load(bytes, { tier })];
    one.run(Int8Array.of(5));
    expect(other.run(Int8Array.of(6))).toEqual([Int8Array.of(3, 6)]);
    expect(one.run(Int8Array.of(7))).toEqual([Int8Array.of(5, 7)]);
  });

  it('refuses to reset once it was disposed of', async () => {
    const model = await load(bytes, { tier });
    model.dispose();
    expect(() => model.reset()).toThrow('disposed');
  });
});
