import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { softmaxGraph } from '../cases/softmax.ts';
import { loaded, raw, runOnce, tiers } from '../support/engine.ts';

/** The one value of a softmax over `count` equal logits, which has 256 steps from −128 on. */
function ofEqual(tier: (typeof tiers)[number], count: number, logit: number): number[] {
  const [y] = runOnce(loaded(tier, compile(softmaxGraph([1, 1, 1, count])).bytes), [new Int8Array(count).fill(logit)]);
  return [...new Set(new Int8Array((y as Uint8Array).buffer))];
}

describe.each(tiers)('softmax on the %s tier', (tier) => {
  // 256 / count steps above −128. From 512 on TFLite's shift is by 32 bits or more, and undefined.
  it.each([
    [2, 0],
    [16, -112],
    [200, -127],
    [256, -127],
    [511, -127],
    [513, -128],
    [1000, -128],
    [1024, -128],
    [4096, -128],
  ])('of %i equal logits is 1 over their number: %i', (count, expected) => {
    for (const logit of [-128, 0, 127]) expect(ofEqual(tier, count, logit)).toEqual([expected]);
  });

  it.each([511, 512, 513, 600, 1023, 1024, 1025, 2048])(
    'equals the reference on %i logits that are nearly equal',
    (count) => {
      const graph = softmaxGraph([1, 1, 2, count]);
      const { bytes } = compile(graph);
      for (const spread of [0, 1, 2, 5]) {
        const logits = Int8Array.from({ length: 2 * count }, (_, i) => 100 + ((i * 7) % (spread + 1)));
        const expected = evaluate(graph, [logits]).outputs.map(raw);
        expect(runOnce(loaded(tier, bytes), [logits])).toEqual(expected);
      }
    },
  );
});
