import type { Values } from '../../format/values.ts';
import { type Graph, viewOf } from '../../graph/graph.ts';
import type { Node } from '../../graph/op.ts';
import type { Tensor } from '../../graph/tensor.ts';

/** More of a list is left out. */
const mostShown = 6;

/** What two nodes that make the same tensor say otherwise: operator, attributes, constants, scales. */
export function factsOf(graphA: Graph, a: Node, graphB: Graph, b: Node): string[] {
  if (a.op.type !== b.op.type) return [`it is a ${a.op.type} in A and a ${b.op.type} in B`];
  const [one, other] = [viewOf(graphA, a), viewOf(graphB, b)];
  const rules = a.op.operands;
  const inputs = rules.inputs.flatMap(({ name }, i) => tensorFacts(name, one.inputs[i], other.inputs[i]));
  const outputs = rules.outputs.flatMap(({ name }, i) => quantizationFacts(name, one.outputs[i], other.outputs[i]));
  return [...attributeFacts(a.attributes, b.attributes), ...inputs, ...outputs];
}

const shown = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return `${value}`;
  const entries = Object.entries(value);
  const text = Array.isArray(value)
    ? value.slice(0, mostShown).join(', ') + (value.length > mostShown ? ', …' : '')
    : entries.map(([key, each]) => `${key} ${each}`).join(', ');
  return text;
};

function attributeFacts(a: unknown, b: unknown): string[] {
  const [one, other] = [a, b] as Record<string, unknown>[];
  const keys = new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})]);
  return [...keys]
    .filter((key) => JSON.stringify(one?.[key]) !== JSON.stringify(other?.[key]))
    .map((key) => `its ${key} is ${shown(one?.[key])} in A and ${shown(other?.[key])} in B`);
}

function tensorFacts(name: string, a: Tensor | undefined, b: Tensor | undefined): string[] {
  if (!a || !b) return a === b ? [] : [`it has a ${name} only in ${a ? 'A' : 'B'}`];
  if (Boolean(a.data) !== Boolean(b.data)) return [`its ${name} is a constant only in ${a.data ? 'A' : 'B'}`];
  const values = a.data && b.data ? constantFacts(name, a as Constant, b as Constant) : [];
  return [...values, ...quantizationFacts(name, a, b)];
}

type Constant = Tensor & { readonly data: Values };

function constantFacts(name: string, a: Constant, b: Constant): string[] {
  if (String(a.shape) !== String(b.shape)) {
    return [`its ${name} are ${a.shape.join('×')} in A and ${b.shape.join('×')} in B`];
  }
  const differing: number[] = [];
  for (let i = 0; i < a.data.length; i++) if (a.data[i] !== b.data[i]) differing.push(i);
  if (differing.length === 0) return [];
  const sorted = (data: Values) => [...(data as Iterable<number | bigint>)].map(Number).sort((x, y) => x - y);
  const moved = String(sorted(a.data)) === String(sorted(b.data)) ? ': the same values in another order' : '';
  return [`its ${name} differ in ${differing.length} of ${a.data.length} values${moved}${channelText(a, differing)}`];
}

/** In which channels, where not in all: the first axis, or the last of depthwise weights, counts them. */
function channelText({ shape, quantization }: Constant, differing: readonly number[]): string {
  if (shape.length < 2) return '';
  const axis = shape.length === 3 ? 2 : (quantization?.axis ?? 0);
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const channels = shape[axis];
  const seen = [...new Set(differing.map((i) => Math.floor(i / inner) % channels))].sort((x, y) => x - y);
  if (seen.length === channels) return '';
  const list = seen.slice(0, mostShown).join(', ') + (seen.length > mostShown ? ', …' : '');
  return `, in ${seen.length} of ${channels} channels: ${list}`;
}

function quantizationFacts(name: string, a: Tensor | undefined, b: Tensor | undefined): string[] {
  const [one, other] = [a?.quantization, b?.quantization];
  if (!one || !other) return [];
  return [
    ...listFacts(`scale of ${name}`, one.scale, other.scale),
    ...listFacts(`zero point of ${name}`, one.zeroPoint, other.zeroPoint),
  ];
}

function listFacts(what: string, a: readonly number[], b: readonly number[]): string[] {
  if (String(a) === String(b)) return [];
  const number = (value: number | undefined) => `${Number((value ?? Number.NaN).toPrecision(6))}`;
  if (a.length === 1 && b.length === 1) return [`the ${what} is ${number(a[0])} in A and ${number(b[0])} in B`];
  if (a.length !== b.length) return [`there are ${a.length} values of the ${what} in A and ${b.length} in B`];
  const first = a.findIndex((value, c) => value !== b[c]);
  const count = a.filter((value, c) => value !== b[c]).length;
  return [
    `the ${what} differs in ${count} of ${a.length} channels, first in ${first}: ${number(a[first])} in A, ${number(b[first])} in B`,
  ];
}
