import { checkKind, checkMembers } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { Graph } from '../graph/graph.ts';
import { verify } from '../graph/verify.ts';
import { sequence } from './assemble.ts';
import type { Network } from './layers.ts';
import { commonPrefix, withoutPrefix } from './prefix.ts';
import { Scope } from './scope.ts';
import { type Parameter, Recorder, type StateDict, Taker, type Weights } from './weights.ts';

function build(network: Network, weights: Weights, source: string): Graph {
  const { channels, height, width } = network.input;
  const scope = new Scope(network.name, weights, source);
  const y = sequence(scope, network.layers, '', scope.input([1, height, width, channels]));
  const [, h, w] = y.shape;
  if (y.flat && h * w > 1) {
    throw new LiteBlockError(
      'graph-invalid',
      `${source}: its output is a flattened map of ${h}×${w}, whose values are in the order h, w, c here and c, h, w in PyTorch (leave the Flatten out, or end in a Linear)`,
    );
  }
  const graph = scope.output(y);
  try {
    verify(graph);
  } catch (cause) {
    throw new LiteBlockError('graph-invalid', `${source}: ${(cause as Error).message}`, [], { cause });
  }
  return graph;
}

/** The tensors that a network needs, in the order of its layers, by their names and shapes in PyTorch. */
export function parametersOf(network: Network, name?: string): readonly Parameter[] {
  checkMembers('network', network, 'name', 'input', 'layers');
  const source = name ?? network.name;
  const recorder = new Recorder();
  build(network, recorder, source);
  return recorder.asked;
}

export interface WeightsReading {
  /** What the file of the weights is called in messages. */
  readonly weightsSource?: string;
  /** Told of a prefix that was left out of every name of the file. */
  readonly onNote?: ((text: string) => void) | undefined;
}

/**
 * A network with its weights as a float32 graph: one image, NHWC, nodes named by their modules. Names that have a prefix in
 * common, such as "module.", are taken without it. Throws 'graph-invalid' where layers do not fit together, naming the module,
 * or with every tensor that is missing, misshapen or left over at once, naming the file of the weights.
 */
export function networkGraph(
  network: Network,
  weights: StateDict,
  name?: string,
  { weightsSource: weightsName, onNote }: WeightsReading = {},
): Graph {
  checkMembers('network', network, 'name', 'input', 'layers');
  const source = name ?? network.name;
  const weightsSource = weightsName ?? source;
  checkKind('networkGraph: weights', weights, 'Map');
  // Layers that do not fit are told before tensors that do not, and these before any is put in order.
  const asked = parametersOf(network, source);
  const { prefix } = commonPrefix(asked, weights);
  const renamed = withoutPrefix(weights, prefix);
  if (renamed !== weights) onNote?.(`${weightsSource}: its names begin with "${prefix}", and are taken without it`);
  const checker = new Taker(renamed);
  for (const { name: tensor, shape } of asked) checker.take(tensor, shape);
  checker.finish(weightsSource);
  return build(network, new Taker(renamed), source);
}
