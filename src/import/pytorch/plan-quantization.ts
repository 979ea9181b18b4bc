import { equalQuantization } from '../../graph/quantization.ts';
import type { Quantization } from '../../graph/tensor.ts';
import type { AtenEntry } from './aten-node.ts';
import { namesRead } from './names-read.ts';
import { operatorName, operators } from './operators.ts';
import type { Program, ProgramNode } from './program.ts';

/** Whether a node quantises what is computed. */
export const isQuantize = ({ target }: ProgramNode): boolean =>
  target.startsWith('quantized_decomposed.quantize_per_tensor');

/** Whether a program was quantised in PyTorch. */
export const isQuantized = ({ nodes }: Program): boolean =>
  nodes.some(({ target }) => target.startsWith('quantized_decomposed.'));

/**
 * The scale in which each tensor of a quantised program is made, by its name: that of the node which quantises it, or that of
 * what is made of its values alone. Tensors that have none are computed in real values in PyTorch. `read` gives the scale of a node
 * that quantises; undefined where it is none that is supported, which is reported elsewhere.
 */
export function planQuantization(
  { nodes }: Program,
  read: (node: ProgramNode) => Quantization | undefined,
): ReadonlyMap<string, Quantization> {
  const readers = new Map<string, ProgramNode[]>();
  for (const node of nodes) {
    for (const name of namesRead(node)) readers.set(name, [...(readers.get(name) ?? []), node]);
  }
  const plan = new Map<string, Quantization>();
  const planned = (node: ProgramNode): Quantization | undefined => {
    if (isQuantize(node)) return read(node);
    return keepsScale(operators.get(operatorName(node.target).name)) ? plan.get(node.outputs[0]) : undefined;
  };
  const settle = (name: string): void => {
    const own = readers.get(name) ?? [];
    const first = own.find(isQuantize);
    const direct = first && read(first);
    const all = own.map(planned);
    const agreed = all.length > 0 && all.every((each) => each && equalQuantization(each, all[0])) ? all[0] : undefined;
    const scale = direct ?? agreed;
    if (scale) plan.set(name, scale);
  };
  for (const node of [...nodes].reverse()) for (const name of node.outputs) settle(name);
  for (const name of readers.keys()) if (!plan.has(name)) settle(name);
  return plan;
}

/** Whether an output may have the scale of what it is made of. */
export const keepsScale = (entry: AtenEntry | undefined): boolean => entry?.keeps === true || entry?.view === true;
