import { checkKind, checkLike, checkOptions, kindOf } from '../format/arguments.ts';
import type { Graph } from '../graph/graph.ts';
import { sequence } from './assemble.ts';
import type { Network } from './layers.ts';
import { parseNetwork } from './parse.ts';
import { commonPrefix, withoutPrefix } from './prefix.ts';
import { Scope } from './scope.ts';
import { type Parameter, type StateDict, Taker } from './weights.ts';

/** A network as a graph without values. Throws 'graph-invalid' with everything that does not fit. */
function layOut(network: Network, source: string): Scope {
  const { channels, height, width } = network.input;
  const scope = new Scope(network.name, source);
  scope.all(() => {
    const y = sequence(scope, network.layers, '', scope.input([1, height, width, channels]));
    const [, h, w] = y.shape;
    if (y.flat && h * w > 1) {
      const orders = `whose values are in the order h, w, c here and c, h, w in PyTorch`;
      const cure = '(leave the Flatten out, or end in a Linear)';
      scope.report('', '', `its output is a flattened map of ${h}×${w}, ${orders} ${cure}`);
    }
    scope.output(y);
  });
  return scope;
}

/** For callers without types: a network that nobody has read may lack anything. */
export function checkedNetwork(what: string, network: Network, name: string | undefined): Network {
  checkKind(`${what}: network`, network, 'Object');
  if (name !== undefined) checkKind(`${what}: name`, name, 'String');
  return parseNetwork(network, name ?? `${what}: network`);
}

function checkWeights(weights: StateDict): void {
  checkKind('networkGraph: weights', weights, 'Map');
  const isFloats = (data: unknown) => (kindOf(data) === 'Float32Array' ? undefined : 'is not a Float32Array');
  for (const [name, tensor] of weights) {
    checkKind('networkGraph: a name of the weights', name, 'String');
    checkLike(`networkGraph: the weights "${name}"`, tensor, { dtype: '', shape: [0], 'data?': isFloats });
  }
}

/** The tensors that a network needs, in the order of its layers, by their names and shapes in PyTorch. */
export function parametersOf(network: Network, name?: string): readonly Parameter[] {
  const checked = checkedNetwork('parametersOf', network, name);
  return layOut(checked, name ?? checked.name).wanted.map(({ name: tensor, shape }) => ({ name: tensor, shape }));
}

export interface WeightsReading {
  /** What the file of the weights is called in messages. */
  readonly weightsSource?: string;
  /** Told of a prefix that was left out of every name of the file. */
  readonly onNote?: ((text: string) => void) | undefined;
}

/**
 * A network with its weights as a float32 graph: one image, NHWC, nodes named by their modules. Names that have a prefix in
 * common, such as "module.", are taken without it. Throws 'graph-invalid' with all layers that do not fit together, naming the modules,
 * or with every tensor that is missing, misshapen or left over at once, naming the file of the weights.
 */
export function networkGraph(network: Network, weights: StateDict, name?: string, reading: WeightsReading = {}): Graph {
  checkOptions('networkGraph', reading, { weightsSource: 'string', onNote: 'function' });
  const checked = checkedNetwork('networkGraph', network, name);
  checkWeights(weights);
  const source = name ?? checked.name;
  const { weightsSource = source, onNote } = reading;
  // Layers that do not fit are told before tensors that do not, and these before any is put in order.
  const scope = layOut(checked, source);
  const { prefix } = commonPrefix(scope.wanted, weights);
  const renamed = withoutPrefix(weights, prefix);
  if (renamed !== weights) onNote?.(`${weightsSource}: the prefix "${prefix}" of its names is ignored`);
  const taker = new Taker(renamed);
  const values = scope.wanted.map((wanted) => taker.take(wanted));
  taker.finish(weightsSource);
  return scope.finish(values);
}
