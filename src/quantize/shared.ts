import { type Graph, variablesOf } from '../graph/graph.ts';
import type { Quantization, TensorId } from '../graph/tensor.ts';
import { nodeError, operandsOf } from './operands.ts';

/** Tensors that must have one quantisation, since ops copy or average bytes from one to the other. */
export interface Groups {
  /** The tensor that stands for the group of `id`. */
  of(id: TensorId): TensorId;
  /** Outputs that hold nothing but values of their group's other tensors. */
  readonly kept: ReadonlySet<TensorId>;
  /** The quantisation that an op's definition gives a group, by the tensor that stands for it. */
  readonly fixed: ReadonlyMap<TensorId, Quantization>;
}

/** Joins what operand rules (`sameAs`) tie together, and a variable before a run with that after it. Throws where two fixed quantisations meet in one group. */
export function groupsOf(graph: Graph): Groups {
  const parents = graph.tensors.map((_, id) => id);
  const of = (id: TensorId): TensorId => {
    let root = id;
    while (parents[root] !== root) root = parents[root];
    return root;
  };
  const join = (a: TensorId, b: TensorId): void => {
    parents[Math.max(of(a), of(b))] = Math.min(of(a), of(b));
  };
  const kept = new Set<TensorId>();
  for (const { value, next } of variablesOf(graph)) {
    join(value, next);
    kept.add(value);
  }
  for (const node of graph.nodes) {
    const { inputs, outputs } = operandsOf(graph, node);
    for (const { rule, id } of [...inputs, ...outputs]) {
      const source = inputs.find((one) => one.rule.name === rule.sameAs);
      if (!source) continue;
      join(id, source.id);
      if (node.outputs.includes(id)) kept.add(id);
    }
  }
  return { of, kept, fixed: fixedOf(graph, of) };
}

function fixedOf(graph: Graph, of: (id: TensorId) => TensorId): Map<TensorId, Quantization> {
  const fixed = new Map<TensorId, Quantization>();
  for (const node of graph.nodes) {
    const { inputs, outputs } = operandsOf(graph, node);
    for (const { rule, id } of [...inputs, ...outputs]) {
      if (!rule.fixed) continue;
      const { scale, zeroPoint } = rule.fixed;
      const before = fixed.get(of(id));
      if (before && (before.scale[0] !== scale || before.zeroPoint[0] !== zeroPoint)) {
        const other = `scale ${before.scale[0]} and zero point ${before.zeroPoint[0]}`;
        throw nodeError(
          'unsupported',
          node,
          `its ${rule.name} has scale ${scale} and zero point ${zeroPoint}, but the tensor that it is joined with has ${other}`,
        );
      }
      fixed.set(of(id), { scale: [scale], zeroPoint: [zeroPoint], axis: 0 });
    }
  }
  return fixed;
}
