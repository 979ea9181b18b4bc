import { type Compiled, compile } from '../../src/compiler/compile.ts';
import { dtypes } from '../../src/format/instructions.ts';
import { arrayOf, type Values } from '../../src/format/values.ts';
import type { FloatEvaluator } from '../../src/graph/evaluator.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { elements, type Tensor, type TensorId } from '../../src/graph/tensor.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import type { PlanOptions } from '../../src/plan/plan.ts';
import { quantize } from '../../src/quantize/quantize.ts';
import { arenaOf, type Build, loaded, raw, runOnce } from './engine.ts';
import { bytesOf, randomOf } from './values.ts';

/** One network by the plain definitions, by the float engine and by the int8 engine: what each makes of every tensor. */

/** Real values from −1 to 1 for every input of a graph. */
export const realsFor = (graph: Graph, seed: number): Float32Array[] =>
  graph.inputs.map((id, i) => {
    const random = randomOf(seed * 1000 + i);
    return Float32Array.from({ length: elements((graph.tensors[id] as Tensor).shape) }, () => random() * 2 - 1);
  });

/** The first tensor, in the order of execution, of which an engine has other bits than the plain definition; undefined where none. */
export function firstFloatDifference(graph: Graph, engine: FloatEvaluator, inputs: Float32Array[]): string | undefined {
  const expected = new Map<TensorId, Uint8Array>();
  evaluateFloat(graph)(inputs, (id, values) => expected.set(id, raw(values)));
  const got = new Map<TensorId, Uint8Array>();
  engine(graph)(inputs, (id, values) => got.set(id, raw(values.slice())));
  return differing(graph, expected, got);
}

/** int8, calibrated on two images by the given evaluator. */
export function int8Of(graph: Graph, evaluate: FloatEvaluator, seed: number): Graph {
  const images = [1, 2].map((image) => realsFor(graph, seed + image));
  return quantize(graph, images, { method: 'min-max', evaluate }).graph;
}

/** The whole int8 range, which goes beyond what was seen in calibration. */
export const bytesFor = (graph: Graph, seed: number): Int8Array[] =>
  graph.inputs.map((id, i) => bytesOf(seed + i, elements((graph.tensors[id] as Tensor).shape)));

export type Tensors = ReadonlyMap<TensorId, Uint8Array>;

/** Every activation by the references, in the order of execution. */
export function referenceTensors(graph: Graph, inputs: readonly Values[]): Tensors {
  const tensors = new Map<TensorId, Uint8Array>();
  evaluateQuantized(graph)(inputs, (id, values) => tensors.set(id, raw(values)));
  return tensors;
}

/** The first tensor of which the engine, keeping them all, has other bytes than `expected`; undefined where none. */
export function firstByteDifference(
  build: Build,
  graph: Graph,
  inputs: readonly Values[],
  expected: Tensors,
  poison: number,
): string | undefined {
  const compiled = compile(graph, { keep: 'all' });
  const engine = loaded(build, compiled.bytes, poison);
  runOnce(engine, inputs);
  const arena = arenaOf(engine);
  const got = new Map(Array.from(expected.keys(), (id) => [id, bytesAt(arena, compiled, id)] as const));
  return differing(graph, expected, got);
}

/** The outputs of one image among its tensors, one after the other. */
export const outputsAmong = (graph: Graph, tensors: Tensors): Buffer =>
  Buffer.concat(graph.outputs.map((id) => tensors.get(id) as Uint8Array));

/** The outputs of the engine with a plan as it is in use, one after the other. */
export const outputsOf = (
  build: Build,
  graph: Graph,
  inputs: readonly Values[],
  poison: number,
  plan?: PlanOptions,
): Buffer => Buffer.concat(runOnce(loaded(build, compile(graph, plan).bytes, poison), inputs));

function differing(graph: Graph, expected: Tensors, got: Tensors): string | undefined {
  for (const [id, bytes] of expected) {
    const other = got.get(id);
    if (other && Buffer.compare(bytes, other) === 0) continue;
    const node = graph.nodes.find(({ outputs }) => outputs.includes(id));
    return `${node ? `${node.op.type} "${node.name}"` : 'the input'}: ${other ? 'other values' : 'nothing'}`;
  }
  return undefined;
}

/** A tensor's bytes without padding columns, and without the channels that it is a part of. */
function bytesAt(arena: Uint8Array, compiled: Compiled, id: TensorId): Uint8Array {
  const operand = compiled.model.operands[compiled.plan.operandOf[id] as number];
  if (!operand) throw new Error(`tensor ${id} has no operand`);
  const { address, rowBytes, height, width, channels, origin, pixelStride } = operand;
  const size = channels * (arrayOf(`${dtypes[operand.dtype]}`)?.BYTES_PER_ELEMENT ?? 0);
  const bytes = new Uint8Array(height * width * size);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const at = address + Math.floor(pixel / width) * rowBytes + origin + (pixel % width) * pixelStride;
    bytes.set(arena.subarray(at, at + size), pixel * size);
  }
  return bytes;
}
