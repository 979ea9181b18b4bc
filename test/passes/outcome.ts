import { expect } from 'vitest';
import type { Graph } from '../../src/graph/graph.ts';
import { print } from '../../src/graph/print.ts';
import { verify } from '../../src/graph/verify.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { lower } from '../../src/passes/lower.ts';
import { realInputsOf } from '../support/float-network.ts';

export const opsOf = (graph: Graph): string[] => graph.nodes.map(({ op }) => op.type);

const largest = (values: ArrayLike<number>): number => Math.max(0, ...Array.from(values, Math.abs));

/** Largest difference of any output, as a part of that output's largest value. */
export function difference(before: Graph, after: Graph): number {
  const inputs = realInputsOf(before);
  const [one, other] = [evaluateFloat(before)(inputs), evaluateFloat(after)(inputs)];
  expect(other.map(({ length }) => length)).toEqual(one.map(({ length }) => length));
  return Math.max(
    ...one.map((y, i) => largest(y.map((value, at) => value - (other[i]?.[at] as number))) / (largest(y) || 1)),
  );
}

/** What a pass gives, verified before and after. */
export function verified(pass: (graph: Graph) => Graph, graph: Graph): Graph {
  verify(graph);
  const made = pass(graph);
  verify(made);
  return made;
}

/** The first output for an input of few values. */
export const valuesOf = (graph: Graph, ...x: number[]): number[] => [
  ...(evaluateFloat(graph)([Float32Array.from(x)])[0] as Float32Array),
];

/** The graph before any pass and after each that changes it, as text. */
export function dumpsOf(graph: Graph): string {
  let before = print(graph);
  const dumps = [`before\n${before}`];
  lower(graph, (pass, made) => {
    const text = print(made);
    dumps.push(text === before ? `${pass}: no change\n` : `after ${pass}\n${text}`);
    before = text;
  });
  return dumps.join('\n');
}
