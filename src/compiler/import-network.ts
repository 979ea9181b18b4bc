import { checkKind, checkOptions } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { Graph } from '../graph/graph.ts';
import { readWeights } from '../import/read-weights.ts';
import { networkGraph } from '../network/network-graph.ts';
import { parseNetwork } from '../network/parse.ts';
import { seededWeights } from '../network/seeded-weights.ts';
import { lower } from '../passes/lower.ts';

/** Options of `importNetwork` and `importSeeded`. */
export interface NetworkSources {
  /** What the network.json and the weights are called in messages. */
  readonly source?: string;
  /** What the weights are called in messages. */
  readonly weightsSource?: string;
  /** Told what was done about names of the weights, for those who gave them. */
  readonly onNote?: ((text: string) => void) | undefined;
}

const checkSources = (what: string, sources: NetworkSources): void =>
  checkOptions(what, sources, { source: 'string', weightsSource: 'string', onNote: 'function' });

/**
 * A network.json (its text, or the value in it) with the tensors of a .safetensors file or of a state_dict (.pt, .pth), as a float32 graph with everything
 * folded and fused, ready to be quantised. Throws file-truncated, file-invalid, unsupported or graph-invalid.
 */
export function importNetwork(json: unknown, weights: Uint8Array, sources: NetworkSources = {}): Graph {
  checkKind('importNetwork: weights', weights, 'Uint8Array');
  checkSources('importNetwork', sources);
  const { source = 'network.json', weightsSource = 'weights.safetensors', onNote } = sources;
  const network = parseNetwork(json, source);
  const tensors = readWeights(weights, weightsSource, onNote);
  return lowered(networkGraph(network, tensors, source, { weightsSource, onNote }), source);
}

/** The same with weights that were never trained: for sizes and speed. */
export function importSeeded(json: unknown, seed: number, sources: NetworkSources = {}): Graph {
  checkKind('importSeeded: seed', seed, 'Number');
  checkSources('importSeeded', sources);
  const { source = 'network.json' } = sources;
  const network = parseNetwork(json, source);
  return untrained(lowered(networkGraph(network, seededWeights(network, seed, source), source), source));
}

/** Statistics that were made up say nothing of images. */
const untrained = (graph: Graph): Graph => ({ ...graph, nodes: graph.nodes.map(({ trained: _, ...node }) => node) });

function lowered(graph: Graph, source: string): Graph {
  try {
    return lower(graph);
  } catch (cause) {
    if (cause instanceof LiteBlockError) throw cause;
    throw new LiteBlockError('graph-invalid', `${source}: ${(cause as Error).message}`, [], { cause });
  }
}
