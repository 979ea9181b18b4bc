import type { Quantization } from '../../graph/tensor.ts';
import { type Frame, Misfit } from '../nchw/frame.ts';
import type { Value } from '../nchw/value.ts';
import { planQuantization } from '../quantization/plan.ts';
import type { OnnxModel, OnnxNodeData } from './model.ts';
import { OnnxNode } from './onnx-node.ts';
import { inputQuantization, isQuantize, outputQuantization, quantized } from './operators/quantized.ts';
import { operators } from './operators.ts';

const isOfIntegers = (op: string): boolean => Object.hasOwn(quantized, op);

/** Whether a network was quantised: by its operators, QDQ or those of integers. */
export const isQuantizedModel = ({ nodes }: OnnxModel): boolean => nodes.some(({ op }) => isOfIntegers(op));

/**
 * The scale in which each tensor of a quantised network is made, by its name. Those that have none are real in the file. None at all for
 * a network of real values.
 */
export function planScales(model: OnnxModel, frame: Frame): ReadonlyMap<string, Quantization> {
  if (!isQuantizedModel(model)) return new Map();
  const { nodes, constants, opset, inputs } = model;
  const makers = new Map(nodes.flatMap((node) => (node.op === 'Constant' ? [[node.outputs[0], node] as const] : [])));
  const constant = (name: string): Value | undefined => {
    const maker = makers.get(name);
    const made = maker && operators.get('Constant')?.convert(new OnnxNode(frame, maker, opset, () => undefined));
    return made ? [made].flat()[0] : constants.get(name)?.read();
  };
  const tried = (node: OnnxNodeData, read: (node: OnnxNode) => Quantization | undefined): Quantization | undefined => {
    try {
      return read(new OnnxNode(frame, node, opset, constant));
    } catch (error) {
      // Converting the node says what is wrong with it.
      if (error instanceof Misfit) return undefined;
      throw error;
    }
  };
  const planned = nodes.map((node) => {
    const { op, outputs } = node;
    const scale = isOfIntegers(op) ? tried(node, outputQuantization) : undefined;
    const reads = isOfIntegers(op) ? node.inputs.slice(0, 1) : node.inputs;
    return { reads, outputs, scale, quantizes: isQuantize(op), keeps: operators.get(op)?.keeps === true };
  });
  const plan = new Map(planQuantization(planned));
  for (const { name, dtype } of inputs) {
    if (!/^u?int8$/.test(dtype)) continue;
    const reader = nodes.find((node) => isOfIntegers(node.op) && node.inputs[0] === name);
    const scale = reader && tried(reader, inputQuantization);
    if (scale) plan.set(name, scale);
  }
  return plan;
}
