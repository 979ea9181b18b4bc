import type { Values } from '../../../format/values.ts';
import { type Graph, nhwc, producersOf } from '../../../graph/graph.ts';
import { elements, type Tensor, type TensorId } from '../../../graph/tensor.ts';
import { hwc, permuted } from '../layout.ts';
import type { DifferenceSite, Rule, Rules } from '../rule.ts';

/** Values taken as if they were stored with the axes in the order `stored`, and then put into the order `order` of these. */
interface Reading {
  readonly stored: readonly number[];
  readonly order: readonly number[];
  readonly name: string;
}

/** Of a map, whose axes are h, w, c. */
const ofMaps: readonly Reading[] = [
  { stored: [0, 1, 2], order: [2, 0, 1], name: 'channel, row, column (channels first, NCHW)' },
  { stored: [2, 0, 1], order: [1, 2, 0], name: 'as if they were channels first (NCHW), which they are not' },
  { stored: [0, 1, 2], order: [1, 0, 2], name: 'column, row, channel' },
];

/** Of weights, by the number of their axes: O, I; H, W, C; O, H, W, I. */
const ofWeights: Readonly<Record<number, readonly Reading[]>> = {
  2: [
    { stored: [1, 0], order: [1, 0], name: 'OI read as IO' },
    { stored: [0, 1], order: [1, 0], name: 'IO read as OI' },
  ],
  3: [
    { stored: [2, 0, 1], order: [1, 2, 0], name: 'HWC read as CHW' },
    { stored: [0, 1, 2], order: [2, 0, 1], name: 'CHW (as in PyTorch) read as HWC' },
    { stored: [1, 0, 2], order: [1, 0, 2], name: 'rows and columns of the window swapped' },
  ],
  4: [
    { stored: [0, 3, 1, 2], order: [0, 2, 3, 1], name: 'OHWI read as OIHW' },
    { stored: [0, 1, 2, 3], order: [0, 3, 1, 2], name: 'OIHW (as in PyTorch) read as OHWI' },
    { stored: [0, 2, 1, 3], order: [0, 2, 1, 3], name: 'rows and columns of the window swapped' },
    { stored: [1, 2, 3, 0], order: [3, 0, 1, 2], name: 'OHWI read as HWIO' },
    { stored: [0, 1, 2, 3], order: [1, 2, 3, 0], name: 'HWIO (as in TensorFlow) read as OHWI' },
    { stored: [3, 1, 2, 0], order: [3, 1, 2, 0], name: 'inputs and outputs swapped' },
  ],
};

const read = <Any extends Values>(values: Any, shape: readonly number[], { stored, order }: Reading): Any =>
  permuted(
    values,
    stored.map((axis) => shape[axis]),
    order,
  );

const same = (a: Values, b: Values): boolean => a.every((value, i) => value === b[i]);

/** The shape of the map whose values a tensor holds, behind nodes that change shapes alone. */
function mapOf(graph: Graph, tensor: Tensor): readonly number[] {
  const producers = producersOf(graph);
  let id: TensorId = graph.tensors.indexOf(tensor);
  for (;;) {
    const node = graph.nodes[producers.get(id) ?? -1];
    if (!node?.op.view) return hwc(nhwc(graph.tensors[id]));
    id = node.inputs[0];
  }
}

const usual = 'row, column, channel (NHWC)';

function ofInputs({ graph, view, inputs }: DifferenceSite): Rule[] {
  return view.inputs.flatMap((tensor, i): Rule[] => {
    const values = inputs[i];
    if (!tensor || tensor.data || !values) return [];
    const shape = mapOf(graph, tensor);
    if (elements(shape) !== values.length) return [];
    return ofMaps
      .map((reading) => ({ ...reading, moved: read(values, shape, reading) }))
      .filter(({ moved }) => !same(moved, values))
      .map(({ name, moved }) => ({
        rule: 'layout',
        does: `takes the values of the ${shape.join('×')} map that it reads in the order ${name}`,
        instead: `takes them ${usual}`,
        alter: (call) => ({ ...call, inputs: call.inputs.map((each, j) => (i === j ? moved : each)) }),
      }));
  });
}

function ofOutput({ graph, view }: DifferenceSite): Rule[] {
  const shape = mapOf(graph, view.outputs[0]);
  return ofMaps.map(
    (reading): Rule => ({
      rule: 'layout',
      does: `has its values in the order ${reading.name}`,
      instead: `has them ${usual}`,
      alter: (call) => ({ ...call, after: (y) => read(y, shape, reading) }),
    }),
  );
}

function ofConstants({ view, inputs }: DifferenceSite): Rule[] {
  return view.inputs.flatMap((tensor, i): Rule[] => {
    const values = inputs[i];
    if (!tensor?.data || !values) return [];
    const name = view.node.op.operands.inputs[i]?.name ?? 'constant';
    return (ofWeights[tensor.shape.length] ?? [])
      .map((reading) => ({ ...reading, moved: read(values, tensor.shape, reading) }))
      .filter(({ moved }) => !same(moved, values))
      .map((reading) => ({
        rule: 'layout',
        does: `has its ${name} in another order: ${reading.name}`,
        instead: `has them as ${tensor.shape.join('×')}`,
        alter: (call) => ({ ...call, inputs: call.inputs.map((each, j) => (i === j ? reading.moved : each)) }),
      }));
  });
}

/** Values of a map or of weights in another order. */
export const layouts: Rules = (site) => [...ofInputs(site), ...ofOutput(site), ...ofConstants(site)];
