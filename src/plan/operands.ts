import { type Graph, givenTensors } from '../graph/graph.ts';
import type { DType, Tensor, TensorId } from '../graph/tensor.ts';
import type { Layout } from './layout.ts';
import { partOf, type Ring, ringOf } from './ring.ts';
import type { Program } from './stages.ts';

/** One operand of the model file, before its address is known. */
export interface PlannedOperand extends Ring {
  readonly name: string;
  /** −1 for a zero row, and for the part of a tensor that one stage of several makes. */
  readonly tensor: TensorId;
  readonly dtype: DType;
  readonly zeroPoint: number;
  /** 0 where the tensor is not quantised. */
  readonly scale: number;
  /** Index of its arena buffer; −1 for a constant, which lies in the data section. */
  readonly buffer: number;
}

export interface Operands {
  readonly operands: readonly PlannedOperand[];
  /** The operand of each tensor, −1 for one that no stage and no host touches. */
  readonly operandOf: readonly number[];
  /** The operand of each zero row. */
  readonly zeroRowOperands: readonly number[];
  /** The operand that each stage writes. */
  readonly madeBy: readonly number[];
  /** The tensor that names each activation buffer; the buffers of zero rows come after these. */
  readonly memories: readonly TensorId[];
}

const describe = ({ name, dtype, quantization }: Tensor) => ({
  name,
  dtype,
  zeroPoint: quantization?.zeroPoint[0] ?? 0,
  scale: quantization?.scale[0] ?? 0,
});

/**
 * Operands of activations in the graph's order of tensors, then of constants that are read by row, of zero rows, and of
 * places that are copied into.
 */
export function operandsOf(graph: Graph, { rings, memory }: Layout, { stages, zeroRows }: Program): Operands {
  const live = new Set([...givenTensors(graph), ...graph.nodes.flatMap((node) => node.outputs)]);
  const activations = [...live].sort((a, b) => a - b);
  const memories = [...new Set(activations.map((id) => memory[id]))];
  const read = new Set(stages.flatMap((stage) => stage.reads.map(({ tensor }) => tensor)));
  const constants = [...read].filter((id) => !rings[id]).sort((a, b) => a - b);

  const operands: PlannedOperand[] = [];
  const operandOf = graph.tensors.map(() => -1);
  for (const id of activations) {
    const buffer = memories.indexOf(memory[id]);
    operandOf[id] = operands.length;
    operands.push({ ...describe(graph.tensors[id]), tensor: id, buffer, ...(rings[id] as Ring) });
  }
  for (const id of constants) {
    const tensor = graph.tensors[id];
    operandOf[id] = operands.length;
    operands.push({ ...describe(tensor), tensor: id, buffer: -1, ...ringOf(tensor, { left: 0, right: 0 }) });
  }
  const zeroRowOperands = zeroRows.map(({ dtype, zeroPoint, ring }, i) => {
    const name = `row of ${zeroPoint}`;
    return operands.push({ name, tensor: -1, dtype, zeroPoint, scale: 0, buffer: memories.length + i, ...ring }) - 1;
  });
  const madeBy = stages.map(({ node, zeroRow, into }): number => {
    const y = graph.nodes[node]?.outputs[0];
    if (y === undefined) return zeroRowOperands[zeroRow];
    const whole = operandOf[y];
    if (!into) return whole;
    const ring = partOf(rings[y] as Ring, into.first, into.channels);
    return operands.push({ ...operands[whole], tensor: -1, ...ring }) - 1;
  });
  return { operands, operandOf, zeroRowOperands, madeBy, memories };
}
