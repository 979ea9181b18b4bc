import type { Trace, Traced } from '../../analyze/diff/trace.ts';
import { compile } from '../../compiler/compile.ts';
import type { InterfaceEntry, ModelFile } from '../../format/model-file.ts';
import { readHeader } from '../../format/read.ts';
import type { EngineExports } from '../../format/status.ts';
import { arrayOf, type Values } from '../../format/values.ts';
import { type Graph, nhwc } from '../../graph/graph.ts';
import { shortName } from '../../graph/short-name.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { checkOperations } from '../../runtime/limits.ts';
import { bestTier, type EngineModules, startedEngine } from '../engines.ts';
import type { Progress } from '../progress.ts';
import { runStages, valuesOf } from './stages.ts';

/** An int8 model that is ready to be run tensor by tensor. */
export interface Int8Run {
  readonly file: ModelFile;
  /** `inputs`: the bytes of each input, of one image. */
  run(inputs: readonly Uint8Array[], progress: Progress): Trace;
}

/** Throws operations-exceeded where a run takes more than `limit`; absent: more than `load` takes. */
async function loadedEngine(
  bytes: Uint8Array,
  file: ModelFile,
  source: string,
  modules: EngineModules,
  limit: number | undefined,
): Promise<EngineExports> {
  checkOperations(readHeader(bytes, source), limit, source);
  return startedEngine(await modules(bestTier()), bytes, file, source);
}

/** The values of an input, copied so that they are aligned. */
const valuesIn = (bytes: Uint8Array, { dtype }: InterfaceEntry): Values =>
  new (arrayOf(dtype))(new Uint8Array(bytes).buffer);

const quantizationOf = ({ scale, zeroPoint }: { readonly scale: number; readonly zeroPoint: number }) =>
  scale === 0 ? {} : { quantization: { scale, zeroPoint } };

/** A graph by its debug plan: every tensor in memory of its own. */
export async function graphRun(
  graph: Graph,
  source: string,
  modules: EngineModules,
  maxOperations?: number,
): Promise<Int8Run> {
  const { bytes, model: file, plan } = compile(graph, { keep: 'all' });
  const engine = await loadedEngine(bytes, file, source, modules, maxOperations);
  const tensorOf = (id: number): Omit<Traced, 'values'> => {
    const { name, shape, quantization } = graph.tensors[id];
    const [scale = 0, zeroPoint = 0] = [quantization?.scale[0], quantization?.zeroPoint[0]];
    return {
      id,
      names: [name, shortName(name)],
      shape: nhwc({ shape } as Tensor),
      ...quantizationOf({ scale, zeroPoint }),
    };
  };
  return {
    file,
    run(inputs, progress) {
      const tensors = graph.inputs.map(
        (id, i): Traced => ({
          ...tensorOf(id),
          input: true,
          values: valuesIn(inputs[i], file.inputs[i]),
        }),
      );
      runStages(engine, file, inputs, source, (_, __, done, total) => progress(done, total));
      const placeOf = new Map(graph.inputs.map((id, i) => [id, i]));
      graph.nodes.forEach(({ index, op, name, inputs: read, outputs }, n) => {
        const reads = read.flatMap((id) => placeOf.get(id) ?? []);
        const stage = plan.stages.findIndex(({ node }) => node === n);
        for (const id of outputs) {
          const operand = file.operands[plan.operandOf[id] ?? -1];
          if (!operand) continue;
          const tensor = tensorOf(id);
          const names = [...new Set([...tensor.names, name, shortName(name)])];
          placeOf.set(id, tensors.length);
          const maker = { index, op: op.type, name };
          tensors.push({
            ...tensor,
            names,
            values: valuesOf(engine, operand),
            maker,
            reads,
            ...(stage >= 0 && { stage }),
          });
        }
      });
      return { tensors, graph, file };
    },
  };
}

/** A `.lbm` by its own plan, whose names are those of its stages. */
export async function fileRun(
  bytes: Uint8Array,
  file: ModelFile,
  source: string,
  modules: EngineModules,
  maxOperations?: number,
): Promise<Int8Run> {
  const engine = await loadedEngine(bytes, file, source, modules, maxOperations);
  return {
    file,
    run(inputs, progress) {
      const tensors = file.inputs.map(
        (entry, i): Traced => ({
          names: [entry.name],
          input: true,
          shape: shapeOf(file, entry.operand),
          values: valuesIn(inputs[i], entry),
          ...quantizationOf(entry),
        }),
      );
      const placeOf = new Map(file.inputs.map(({ operand }, i) => [operand, i]));
      runStages(engine, file, inputs, source, (stage, values, done, total) => {
        progress(done, total);
        const { name, op, node } = file.metadata.stages[stage];
        if (node < 0 || isPiece(file, stage)) return; // rows of zero points
        const { y = -1, x = -1, x2 = -1 } = file.stages[stage].words;
        const maker = { index: node, op, name };
        const read = [x, x2].filter((operand) => operand >= 0 && !file.operands[operand].constant);
        const reads = read.flatMap((operand) => placeOf.get(operand) ?? []);
        placeOf.set(y, tensors.length);
        tensors.push({
          names: [name],
          shape: shapeOf(file, y),
          values,
          maker,
          stage,
          ...(reads.length === read.length && { reads }), // another shape of a tensor is an operand of its own
          ...quantizationOf(file.operands[y]),
        });
      });
      return { tensors, file };
    },
  };
}

/** A copy of one input into its place in a concatenation: no tensor, and nothing reads it by itself. */
function isPiece({ stages, operands, outputs }: ModelFile, stage: number): boolean {
  const { opcode, words } = stages[stage];
  const { channels, pixelStride } = operands[words.y ?? -1];
  if (opcode !== 'slice' || channels === pixelStride) return false;
  const isRead = stages.some(({ words: each }) => each.x === words.y || each.x2 === words.y);
  return !isRead && !outputs.some(({ operand }) => operand === words.y);
}

function shapeOf({ operands }: ModelFile, operand: number): readonly number[] {
  const { height, width, channels } = operands[operand];
  return [1, height, width, channels];
}
