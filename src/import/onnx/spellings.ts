import { erfc } from '../../arithmetic/real-functions.ts';
import type { Attribute, OnnxModel, OnnxNodeData } from './model.ts';

/** Values at which functions of one value are compared. */
const grid = Float64Array.from({ length: 97 }, (_, i) => (i - 48) * 0.21 + 0.03);

/** Functions are the same where they differ by less than this, against their value or 1: the two forms of GELU differ by 0.0005. */
const closeness = 2e-5;

type Samples = Float64Array;
type Parameters = (name: string, otherwise: number) => number;

const erf = (x: number): number => 1 - erfc(x);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const clamp = (x: number, least: number, most: number): number => Math.min(Math.max(x, least), most);

/** What operators compute of values one by one. */
const evaluators: Readonly<Record<string, (values: readonly number[], parameter: Parameters) => number>> = {
  Add: ([a, b]) => a + b,
  Sub: ([a, b]) => a - b,
  Mul: ([a, b]) => a * b,
  Div: ([a, b]) => a / b,
  Pow: ([a, b]) => a ** b,
  Min: (values) => Math.min(...values),
  Max: (values) => Math.max(...values),
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Relu: ([x]) => Math.max(x, 0),
  Clip: ([x, least, most], parameter) =>
    clamp(x, least ?? parameter('min', -Infinity), most ?? parameter('max', Infinity)),
  Sigmoid: ([x]) => sigmoid(x),
  Tanh: ([x]) => Math.tanh(x),
  Erf: ([x]) => erf(x),
  HardSigmoid: ([x], parameter) => clamp(parameter('alpha', 0.2) * x + parameter('beta', 0.5), 0, 1),
  Neg: ([x]) => 0 - x,
  Sqrt: ([x]) => Math.sqrt(x),
  Exp: ([x]) => Math.exp(x),
  Identity: ([x]) => x,
};

interface Named {
  readonly op: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly samples: Samples;
}

const named = (op: string, f: (x: number) => number, attributes: Named['attributes'] = {}): Named => ({
  op,
  attributes,
  samples: grid.map(f),
});

const real = (value: number): Attribute => ({ kind: 'float', value });

/** Functions that have an operator of their own, and what that is in ONNX. */
const functions: readonly Named[] = [
  named('Relu', (x) => Math.max(x, 0)),
  named('Clip', (x) => clamp(x, 0, 6), { min: real(0), max: real(6) }),
  named('Clip', (x) => clamp(x, -1, 1), { min: real(-1), max: real(1) }),
  named('Swish', (x) => x * sigmoid(x)),
  named('HardSwish', (x) => (x * clamp(x + 3, 0, 6)) / 6),
  named('HardSigmoid', (x) => clamp(x + 3, 0, 6) / 6, { alpha: real(1 / 6), beta: real(0.5) }),
  named('Gelu', (x) => 0.5 * x * (1 + erf(x / Math.SQRT2))),
  named('Gelu', (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))), {
    approximate: { kind: 'string', value: 'tanh' },
  }),
];

const isNear = (a: Samples, b: Samples): boolean =>
  a.every((value, i) => Math.abs(value - b[i]) <= closeness * Math.max(1, Math.abs(b[i])));

/** Tensors that a tensor is followed back to. */
const mostRoots = 10;

/**
 * The network with operators for functions that it spells out of others, however it does: x · clip(x + 3, 0, 6) / 6 and all other
 * spellings of HardSwish are one. A tensor that is made of one other, value by value, is computed at some values; where these are
 * those of a function with an operator, that takes its place.
 */
export function withNamedFunctions(model: OnnxModel): OnnxModel {
  /** By tensor: the tensors that it is a function of, the nearest first, and its values on the grid of each. */
  const made = new Map<string, ReadonlyMap<string, Samples>>();
  const scalars = scalarsOf(model);
  const nodes = model.nodes.map((node) => {
    const roots = samplesOf(node, made, scalars);
    const [output] = node.outputs;
    if (!roots || output === undefined) return node;
    made.set(output, roots);
    return renamed(node, roots, scalars);
  });
  return { ...model, nodes };
}

/** The values of constants of one element, by name. */
function scalarsOf({ nodes, constants }: OnnxModel): ReadonlyMap<string, number> {
  const scalars = new Map<string, number>();
  for (const [name, { count, read }] of constants) if (count === 1) scalars.set(name, read().data[0]);
  for (const { op, inputs, outputs, attributes } of nodes) {
    const [output] = outputs;
    if (output === undefined) continue;
    const value = attributes.get('value') ?? attributes.get('value_float');
    if (op === 'Constant' && value?.kind === 'tensor' && value.tensor.count === 1) {
      scalars.set(output, value.tensor.read().data[0]);
    } else if (op === 'Constant' && value?.kind === 'float') scalars.set(output, value.value);
    const same = op === 'Identity' || op === 'Cast' ? scalars.get(inputs[0] ?? '') : undefined;
    if (same !== undefined) scalars.set(output, same);
  }
  return scalars;
}

function samplesOf(
  { op, inputs, attributes }: OnnxNodeData,
  made: ReadonlyMap<string, ReadonlyMap<string, Samples>>,
  scalars: ReadonlyMap<string, number>,
): ReadonlyMap<string, Samples> | undefined {
  const evaluate = Object.hasOwn(evaluators, op) ? evaluators[op] : undefined;
  const tensors = inputs.filter((name) => name !== '' && !scalars.has(name));
  const [first, ...others] = tensors;
  if (!evaluate || first === undefined) return undefined;
  const rootsOf = (name: string): readonly string[] => [name, ...(made.get(name)?.keys() ?? [])];
  const roots = rootsOf(first).filter((root) => others.every((other) => rootsOf(other).includes(root)));
  const parameter: Parameters = (name, otherwise) => {
    const attribute = attributes.get(name);
    return attribute?.kind === 'float' ? attribute.value : otherwise;
  };
  const samples = new Map<string, Samples>();
  for (const root of roots.slice(0, mostRoots)) {
    const read = inputs.map((name) => (name === root ? grid : made.get(name)?.get(root)));
    const values = (i: number): number[] =>
      inputs.map((name, k) => (name === '' ? undefined : (scalars.get(name) ?? read[k]?.[i])) as number);
    samples.set(
      root,
      grid.map((_, i) => evaluate(values(i), parameter)),
    );
  }
  return samples;
}

/** A node as the operator of the function that it ends; itself where it is that operator, or ends none. */
function renamed(
  node: OnnxNodeData,
  roots: ReadonlyMap<string, Samples>,
  scalars: ReadonlyMap<string, number>,
): OnnxNodeData {
  const tensors = node.inputs.filter((name) => name !== '' && !scalars.has(name));
  for (const [root, samples] of [...roots].reverse()) {
    if (tensors.length === 1 && tensors[0] === root) continue;
    const found = functions.find((each) => isNear(samples, each.samples));
    if (found) {
      return { ...node, op: found.op, inputs: [root], attributes: new Map(Object.entries(found.attributes)) };
    }
  }
  return node;
}
