import { LiteBlockError } from '../format/errors.ts';
import { dtypes, elementBytes, type Opcode, opcodes, rowKinds } from '../format/instructions.ts';
import type {
  InterfaceEntry,
  ModelFile,
  Operand,
  Preprocessing,
  StageNote,
  StageRecord,
  VariableEntry,
} from '../format/model-file.ts';
import { postprocessBytes } from '../format/postprocess.ts';
import { type Graph, type Variable, variablesOf, viewOf } from '../graph/graph.ts';
import type { Kernel } from '../graph/op.ts';
import type { RowRule } from '../graph/rules.ts';
import { shortName } from '../graph/short-name.ts';
import { elements, type Tensor, type TensorId } from '../graph/tensor.ts';
import type { PlannedOperand } from '../plan/operands.ts';
import type { Plan, PlannedStage } from '../plan/plan.ts';
import { type DataSection, dataSection } from './data.ts';

/** What users of the model are told beside its shapes. */
export interface Notes {
  /** Names of the classes, in the order of the output's channels. */
  readonly labels?: readonly string[];
  /** How pixels become the real values of the first input: (pixel − mean) / std. */
  readonly preprocessing?: Preprocessing;
}

/** Puts a planned graph into the form of the file: addresses, records and the bytes that kernels read. */
export function pack(graph: Graph, kernels: readonly Kernel[], plan: Plan, notes: Notes = {}): ModelFile {
  const { labels = [], preprocessing } = notes;
  const data = dataSection();
  const operands = plan.operands.map((operand) => operandRecord(graph, plan, operand, data));
  const stages = plan.stages.map((stage) => stageRecord(graph, kernels, plan, stage, data));
  const variables = variablesOf(graph).map((variable) => variableEntry(plan, variable, data));
  const inputs = graph.inputs.map((id) => interfaceEntry(graph, plan, id, ['i8', 'u8', 'f32']));
  const outputs = graph.outputs.map((id) => interfaceEntry(graph, plan, id, ['i8', 'u8', 'f32', 'i32', 'i64']));
  return {
    operands,
    stages,
    schedule: plan.steps,
    inputs,
    outputs,
    data: data.bytes(),
    labels,
    ...(variables.length > 0 && { variables }),
    ...(graph.postprocess && { postprocess: postprocessBytes(graph.postprocess) }),
    metadata: {
      name: graph.name,
      inputs: inputs.map(({ name }) => name),
      outputs: outputs.map(({ name }) => name),
      ...(variables.length > 0 && { variables: variables.map(({ name }) => name) }),
      stages: plan.stages.map((stage) => note(graph, kernels, plan, stage)),
      ram: plan.ram,
      ...(preprocessing && { preprocessing }),
    },
    ramBytes: plan.ramBytes,
    bindingStep: plan.bindingStep,
    stateOffset: plan.stateOffset,
  };
}

function operandRecord(graph: Graph, plan: Plan, operand: PlannedOperand, data: DataSection): Operand {
  const { name: _, tensor, buffer, dtype, elementBytes: __, ...fields } = operand;
  const constant = graph.tensors[tensor]?.data;
  const code = (dtypes as readonly string[]).indexOf(dtype);
  if (code < 0) throw new Error(`operand "${operand.name}" is ${dtype} (${dtypes.join(', ')})`);
  const address = constant ? data.data(constant) : plan.buffers[buffer]?.offset;
  return { ...fields, address, constant: constant ? 1 : 0, dtype: code };
}

/** Kernels of a span find their rows among all of x: in the file it is a whole. */
const rowKind = (rule: RowRule | undefined): number => {
  const kind = rule?.kind ?? 'window';
  return rowKinds[kind === 'span' ? 'whole' : kind];
};

/** The header's words for the rows of x: a rule without a window is given as if it had one. */
function rowWords(rule: RowRule | undefined, height: number) {
  const kind = rowKind(rule);
  const window =
    rule?.kind === 'window'
      ? { windowH: rule.window, strideH: rule.stride, dilationH: rule.dilation, padTop: rule.top }
      : { windowH: kind === rowKinds.whole ? height : 1, strideH: 1, dilationH: 1, padTop: 0 };
  return { rowKind: kind, ...window };
}

function stageRecord(
  graph: Graph,
  kernels: readonly Kernel[],
  plan: Plan,
  stage: PlannedStage,
  data: DataSection,
): StageRecord {
  const { y, x, x2, zeroRow, rule, rule2 } = stage;
  const scratch = plan.buffers[stage.scratch];
  const header = {
    ...{ y, x, x2, zeroRow },
    ...rowWords(rule, plan.operands[x]?.height ?? 1),
    rowKind2: rowKind(rule2),
    scratch: scratch?.offset,
    scratchBytes: scratch?.bytes,
  };
  const node = graph.nodes[stage.node];
  const kernel = kernels[stage.node];
  if (!node || !kernel) return { opcode: 'fill', words: header };
  if (!opcodes.some((known) => known === kernel.opcode)) {
    throw new Error(`kernel ${kernel.name} has the opcode ${kernel.opcode} (${opcodes.join(', ')})`);
  }
  return { opcode: kernel.opcode as Opcode, words: { ...header, ...kernel.pack(viewOf(graph, node), data) } };
}

/** Constants of a node, whichever inputs they are: its parameters. */
const parametersOf = (inputs: readonly (Tensor | undefined)[]): number =>
  inputs.reduce((sum, tensor) => sum + (tensor?.data ? elements(tensor.shape) : 0), 0);

function note(graph: Graph, kernels: readonly Kernel[], plan: Plan, stage: PlannedStage): StageNote {
  const node = graph.nodes[stage.node];
  const kernel = kernels[stage.node];
  if (!node || !kernel) {
    const name = shortName(plan.operands[stage.y].name);
    return { name, op: 'Fill', kernel: 'fill', node: -1, macs: 0, parameters: 0 };
  }
  const view = viewOf(graph, node);
  const { op, index } = node;
  const parameters = parametersOf(view.inputs);
  const what = { name: shortName(node.name), op: op.type, kernel: kernel.name, node: index };
  return { ...what, macs: op.macs(view), parameters, ...(node.blocks && { blocks: node.blocks }) };
}

/** A variable's memory at the first run: its rows with their padding columns. */
function variableEntry(plan: Plan, { name, value, initial }: Variable, data: DataSection): VariableEntry {
  const operand = plan.operandOf[value];
  const { height, width, channels, elementBytes, rowBytes, origin, zeroPoint } = plan.operands[operand];
  const image = new Uint8Array(height * rowBytes).fill(zeroPoint);
  const bytes = new Uint8Array(initial.buffer, initial.byteOffset, initial.byteLength);
  const line = width * channels * elementBytes;
  for (let row = 0; row < height; row++)
    image.set(bytes.subarray(row * line, (row + 1) * line), row * rowBytes + origin);
  const [fill] = image;
  const isFilled = image.every((byte) => byte === fill);
  return { name: shortName(name), operand, initial: isFilled ? -1 : data.data(image), fill: isFilled ? fill : 0 };
}

type InterfaceType = InterfaceEntry['dtype'];

function interfaceEntry(graph: Graph, plan: Plan, id: TensorId, dtypes: readonly InterfaceType[]): InterfaceEntry {
  const tensor = graph.tensors[id];
  const { name, perImage, fileShape, quantization } = tensor;
  const dtype = dtypes.find((one) => one === tensor.dtype);
  if (tensor.data || !dtype) {
    const what = tensor.data ? 'a constant' : tensor.dtype;
    const which = graph.inputs.includes(id) ? 'input' : 'output';
    throw new LiteBlockError('unsupported', `${graph.name}: the ${which} "${name}" is ${what} (${dtypes.join(', ')})`);
  }
  return {
    operand: plan.operandOf[id],
    name,
    dtype,
    perImage,
    imageBytes: elements(tensor.shape) * elementBytes[dtype],
    // The record holds six sizes: a tensor of more axes is told as its image.
    shape: fileShape.length > 6 ? tensor.shape : fileShape,
    scale: quantization?.scale[0] ?? 0,
    zeroPoint: quantization?.zeroPoint[0] ?? 0,
  };
}
