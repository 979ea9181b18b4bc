import { compile } from '../../src/compiler/compile.ts';
import type { QuantizedEvaluator } from '../../src/graph/evaluator.ts';
import { loaded, runOnce, type Tier } from './engine.ts';

/** Quantised graphs compiled and run by the engine of a tier. It gives the outputs, and observes nothing. */
export const int8Engine =
  (tier: Tier = 'simd'): QuantizedEvaluator =>
  (graph) => {
    const instance = loaded(tier, compile(graph).bytes);
    return (inputs) =>
      runOnce(instance, inputs).map((bytes) => new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  };
