import { epsText, usualEps } from '../../analyze/diff/rules/batch-norm.ts';
import type { Trace, Traced, Variant } from '../../analyze/diff/trace.ts';
import type { FloatEvaluator } from '../../graph/evaluator.ts';
import type { Graph } from '../../graph/graph.ts';
import { producersOf } from '../../graph/graph.ts';
import type { Node } from '../../graph/op.ts';
import { shortName } from '../../graph/short-name.ts';
import type { TensorId } from '../../graph/tensor.ts';
import { requireFloat } from '../../ops/evaluate-float.ts';
import { lower } from '../../passes/lower.ts';
import type { Progress } from '../progress.ts';

/** A float graph as its file has it, node by node, and as it is with everything folded and fused. */
export interface FloatGraphs {
  readonly original: Graph;
  readonly lowered: Graph;
}

/** Whether a graph can be run as it is: folding takes away what has no float form. */
export function isRunnable(graph: Graph): boolean {
  try {
    requireFloat(graph);
    return true;
  } catch {
    return false;
  }
}

/** Runs a float graph on one image, and keeps every tensor. */
export function runFloat(
  graph: Graph,
  evaluate: FloatEvaluator,
  inputs: readonly Float32Array[],
  progress: Progress,
): Trace {
  const producers = producersOf(graph);
  const tensors: Traced[] = [];
  const run = evaluate(graph);
  const placeOf = new Map<TensorId, number>();
  const total = graph.nodes.length + graph.inputs.length;
  run(inputs, (id, values) => {
    const { name, shape } = graph.tensors[id];
    const node = graph.nodes[producers.get(id) ?? -1];
    const names = [...new Set([name, shortName(name), ...(node ? [node.name, shortName(node.name)] : [])])];
    const maker = node && { index: node.index, op: node.op.type, name: node.name };
    const reads = node?.inputs.flatMap((input) => placeOf.get(input) ?? []) ?? [];
    placeOf.set(id, tensors.length);
    tensors.push({
      id,
      names,
      shape,
      values: values.slice(),
      ...(maker ? { maker, reads } : { input: true as const }),
    });
    progress(tensors.length, total);
  });
  return { tensors, graph };
}

/** The folded graph with every other eps of its batch normalisations. */
export function epsVariants({ original }: FloatGraphs): Variant[] {
  const given = new Set(original.nodes.flatMap((node) => epsOf(node) ?? []));
  if (given.size === 0) return [];
  const instead = `has ${[...given].map(epsText).join(', ')}`;
  return usualEps
    .filter((eps) => given.size > 1 || !given.has(eps))
    .flatMap((eps): Variant[] => {
      try {
        const graph = lower({ ...original, nodes: original.nodes.map((node) => withEps(node, eps)) });
        return [{ rule: 'eps', does: `has the eps ${epsText(eps)} in its batch normalisation`, instead, graph }];
      } catch {
        return []; // a variance of 0 wants an eps
      }
    });
}

const epsOf = ({ attributes }: Node): number | undefined => (attributes as { readonly eps?: number }).eps;

const withEps = (node: Node, eps: number): Node =>
  epsOf(node) === undefined ? node : { ...node, attributes: { ...(node.attributes as object), eps } };
