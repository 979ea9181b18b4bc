import { checkLike, checkMembers, kindOf } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { Like } from '../format/like.ts';
import type { Graph } from './graph.ts';
import { verifyRunnable } from './verify.ts';

const isOp = (op: unknown): string | undefined => {
  const { type, outputShapes, operands } = (op ?? {}) as Readonly<Record<string, unknown>>;
  const fits = typeof type === 'string' && typeof outputShapes === 'function' && kindOf(operands) === 'Object';
  return fits ? undefined : `is ${kindOf(op)}; expected an operator of the catalogue`;
};

/** Numbers, texts, switches, and lists and objects of them. Which there are is the operator's own matter. */
function isAttributes(value: unknown): string | undefined {
  if (kindOf(value) !== 'Object') return `is ${kindOf(value)}; expected an object`;
  const stray = Object.entries(value as object).find(([, each]) => !isPlain(each));
  return stray && `has the attribute "${stray[0]}", which is ${kindOf(stray[1])}`;
}

const isPlain = (value: unknown): boolean =>
  ['Number', 'String', 'Boolean', 'Undefined'].includes(kindOf(value)) ||
  (['Array', 'Object'].includes(kindOf(value)) && Object.values(value as object).every(isPlain));

const isArray = (data: unknown): string | undefined =>
  ArrayBuffer.isView(data) && 'length' in data ? undefined : `is ${kindOf(data)}; expected a typed array`;

/** The data of the members of `Graph`. Attributes are an operator's own: `verify` asks it for what it makes of them. */
const graphLike: Like = {
  name: '',
  tensors: [
    {
      name: '',
      dtype: '',
      shape: [1],
      fileShape: [0],
      'quantization?': { scale: [Number.NaN], zeroPoint: [Number.NaN], axis: 0 },
      'data?': isArray,
    },
  ],
  nodes: [{ index: -1, name: '', op: isOp, inputs: [-1], outputs: [0], attributes: isAttributes }],
  inputs: [0],
  outputs: [0],
  'variables?': [{ name: '', value: 0, next: 0, initial: isArray }],
};

/**
 * For callers without types, and for graphs that were made or changed by hand: throws input if the value is not a graph, and
 * graph-invalid, with the place, for one whose parts are not what they must be or do not fit together.
 */
export function checkGraph(what: string, graph: Graph): void {
  checkMembers(`${what}: graph`, graph, 'name', 'tensors', 'nodes', 'inputs', 'outputs');
  checkLike(`${what}: graph`, graph, graphLike, 'graph-invalid');
  for (const side of ['inputs', 'outputs'] as const) {
    if (graph[side].length === 0) throw new LiteBlockError('graph-invalid', `${graph.name}: the graph has no ${side}`);
  }
  try {
    verifyRunnable(graph);
  } catch (cause) {
    throw new LiteBlockError('graph-invalid', `${graph.name}: ${(cause as Error).message}`, [], { cause });
  }
}
