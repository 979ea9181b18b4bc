import type { InterfaceEntry, Metadata, ModelFile } from '../format/model-file.ts';
import { type TreeRow, treeOf } from './blocks.ts';
import type { NodeRow } from './node-row.ts';
import { type SeparableCost, separableCost } from './separable.ts';

export interface Inspection {
  readonly name: string;
  readonly inputs: readonly Omit<InterfaceEntry, 'operand'>[];
  readonly outputs: readonly Omit<InterfaceEntry, 'operand'>[];
  readonly nodes: readonly NodeRow[];
  /** The same rows, those of a block within it. */
  readonly tree: readonly TreeRow[];
  /** Depthwise separable convolutions beside standard ones; absent where there are none. */
  readonly separable?: SeparableCost;
  readonly macs: number;
  readonly parameters: number;
  readonly fileBytes: number;
  readonly ramBytes: number;
  readonly modelBytes: number;
  readonly memoryBytes: number;
  /** `ramBytes` by kind, at the step where the arena is fullest. */
  readonly ram: Metadata['ram'];
  readonly binding: { readonly step: number; readonly steps: number; readonly stage: number };
}

/** What the header says and the sections do not. */
export interface Sizes {
  readonly fileBytes: number;
  readonly modelBytes: number;
  readonly memoryBytes: number;
}

const sum = (rows: readonly NodeRow[], field: 'macs' | 'parameters'): number =>
  rows.reduce((total, row) => total + row[field], 0);

function rowOf(file: ModelFile, stage: number): NodeRow[] {
  const note = file.metadata.stages[stage];
  const y = file.operands[file.stages[stage].words.y ?? -1];
  if (!note || note.node < 0 || !y) return []; // rows of zero points and the like belong to no node
  const { node: index, name, op, kernel, macs, parameters, blocks = [] } = note;
  const { height, width, channels, scale, zeroPoint } = y;
  const shape = [1, height, width, channels] as const;
  return [{ index, stage, name, op, kernel, shape, scale, zeroPoint, macs, parameters, blocks }];
}

/** The table of a compiled model, its totals and its RAM figures: the same for a `.lbm` and for what it was made from. */
export function inspect(file: ModelFile, { fileBytes, modelBytes, memoryBytes }: Sizes): Inspection {
  const nodes = file.stages.flatMap((_, stage) => rowOf(file, stage));
  const separable = separableCost(nodes);
  const shown = ({ operand: _, ...entry }: InterfaceEntry) => entry;
  return {
    name: file.metadata.name,
    inputs: file.inputs.map(shown),
    outputs: file.outputs.map(shown),
    nodes,
    tree: treeOf(nodes),
    ...(separable && { separable }),
    macs: sum(nodes, 'macs'),
    parameters: sum(nodes, 'parameters'),
    fileBytes,
    ramBytes: file.ramBytes,
    modelBytes,
    memoryBytes,
    ram: file.metadata.ram,
    binding: {
      step: file.bindingStep,
      steps: file.schedule.length,
      stage: file.schedule[file.bindingStep]?.stage ?? -1,
    },
  };
}
