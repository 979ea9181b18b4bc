import { type Graph, keptTensors, variablesOf } from '../graph/graph.ts';
import type { TensorId } from '../graph/tensor.ts';
import type { Claim } from './arena.ts';
import type { Operands, PlannedOperand } from './operands.ts';
import { isPart, ringBytes } from './ring.ts';
import type { Program } from './stages.ts';

/** What a buffer is for; the parts of the RAM figure have these names too. */
export type BufferKind = 'activations' | 'zeroRows' | 'scratch' | 'state';

/** A stretch of the arena and the steps in which its bytes matter. */
export interface ArenaBuffer extends Claim {
  readonly name: string;
  readonly kind: BufferKind;
}

/** Tensors of equal bytes as equal, and after them the parts. */
function nameOf(operands: readonly PlannedOperand[]): string {
  const names = (parts: boolean): string[] =>
    operands.filter((operand) => isPart(operand) === parts).map(({ name }) => name);
  return [names(false).join(' = '), ...names(true)].join(' ⊃ ');
}

/** Steps are indices into `Program.steps`. */
interface Span {
  first: number;
  last: number;
}

/**
 * In this order: activation memories and zero rows, as operands number them; the scratch of each stage; the stage counters.
 * A memory is in use from its first write to its last read; graph inputs from the start, outputs to the end, and what the
 * host gives once and variables always. `keepAll`: activations and zero rows are always in use.
 */
export function buffersOf(
  graph: Graph,
  { stages, steps }: Program,
  { operands, operandOf, zeroRowOperands, memories }: Operands,
  scratchBytes: readonly number[],
  keepAll: boolean,
): ArenaBuffer[] {
  const end = Math.max(steps.length - 1, 0);
  const spans = Array.from({ length: memories.length + zeroRowOperands.length }, () => ({ first: end, last: 0 }));
  const touch = (operand: number, step: number): void => {
    const span = spans[operands[operand]?.buffer ?? -1] as Span | undefined;
    if (!span) return; // a constant
    span.first = Math.min(span.first, step);
    span.last = Math.max(span.last, step);
  };
  const operandOfTensor = (id: TensorId): number => operandOf[id];
  for (const id of graph.inputs) {
    touch(operandOfTensor(id), 0);
    if (!graph.tensors[id].perImage) touch(operandOfTensor(id), end);
  }
  const stepsOf = stages.map((): number[] => []);
  steps.forEach((step, s) => {
    const { node, zeroRow, reads } = stages[step.stage];
    stepsOf[step.stage].push(s);
    for (const id of [...(graph.nodes[node]?.outputs ?? []), ...reads.map(({ tensor }) => tensor)]) {
      touch(operandOfTensor(id), s);
    }
    if (zeroRow >= 0) touch(zeroRowOperands[zeroRow], s);
  });
  for (const id of keptTensors(graph)) touch(operandOfTensor(id), end);
  const variables = new Set<number | undefined>();
  for (const { value } of variablesOf(graph)) {
    touch(operandOfTensor(value), 0);
    touch(operandOfTensor(value), end);
    variables.add(operands[operandOfTensor(value)].buffer);
  }

  const rows = spans.map(({ first, last }, i): ArenaBuffer => {
    const isZeroRow = i >= memories.length;
    const inside = operands.filter(({ buffer, tensor }) => buffer === i && tensor < 0 === isZeroRow);
    return {
      name: nameOf(inside),
      kind: isZeroRow ? 'zeroRows' : variables.has(i) ? 'state' : 'activations',
      bytes: ringBytes(inside[0]),
      ...(keepAll ? { first: 0, last: end } : { first, last }),
    };
  });
  const scratch = scratchBytes.map((bytes, stage): ArenaBuffer => {
    const own = stepsOf[stage];
    const name = graph.nodes[stages[stage]?.node ?? -1]?.name ?? 'fill';
    return { name, kind: 'scratch', bytes, first: own[0], last: own[own.length - 1], steps: own };
  });
  const state = { name: 'stage counters', kind: 'state', bytes: 4 * stages.length, first: 0, last: end } as const;
  return [...rows, ...scratch, state];
}
