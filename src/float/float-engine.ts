/**
 * Float execution for calibration, bit for bit `evaluateFloat` of liteblock/compiler, and faster.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { loadFloatEngine } from 'liteblock/float';
 *
 * const evaluate = await loadFloatEngine(await readFile(new URL(import.meta.resolve('liteblock/engine.float.wasm'))));
 *
 * @module liteblock/float
 */
import { checkKind } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { FloatEvaluator, Run } from '../graph/evaluator.ts';
import { type Graph, givenTensors, variablesOf, viewOf } from '../graph/graph.ts';
import type { Node } from '../graph/op.ts';
import type { TensorId } from '../graph/tensor.ts';
import { elements } from '../graph/tensor.ts';
import { floatInputs, requireFloat } from '../ops/evaluate-float.ts';
import type { FloatExports } from './exports.ts';
import type { Reservations, RunNode } from './kernel.ts';
import { floatKernels } from './kernels.ts';
import { aligned, placeActivations } from './place.ts';

/**
 * Float execution: the bits of `evaluateFloat`, fast. `module` is engine.float.wasm. Each graph has an instance and a memory
 * of its own: weights packed once, then activations that take over each other's bytes. Throws engine for a module that is not
 * the float engine; the evaluator throws unsupported, naming the first node without a float definition, and memory.
 */
export async function loadFloatEngine(module: BufferSource | WebAssembly.Module): Promise<FloatEvaluator> {
  const compiled = await compile(module);
  const exported = WebAssembly.Module.exports(compiled).map(({ name }) => name);
  const missing = ['memory', 'product', 'gather', 'depthwise'].filter((name) => !exported.includes(name));
  if (missing.length > 0) {
    const what = `no export ${missing.join(', ')}: give build/engine.float.wasm`;
    throw new LiteBlockError('engine', `loadFloatEngine: the module is not the float engine: ${what}`);
  }
  return (graph) => prepare(graph, new WebAssembly.Instance(compiled).exports as unknown as FloatExports);
}

async function compile(module: BufferSource | WebAssembly.Module): Promise<WebAssembly.Module> {
  if (module instanceof WebAssembly.Module) return module;
  if (!ArrayBuffer.isView(module))
    checkKind('loadFloatEngine: module', module, 'Uint8Array', 'ArrayBuffer', 'WebAssembly.Module');
  try {
    return await WebAssembly.compile(module);
  } catch (cause) {
    throw new LiteBlockError(
      'engine',
      `loadFloatEngine: this host cannot compile the engine: ${(cause as Error).message}`,
      [],
      {
        cause,
      },
    );
  }
}

const pageBytes = 65536;

/** A node and how it runs in the engine, or the plain definition where `run` is undefined. */
interface Step {
  readonly node: Node;
  readonly run: RunNode | undefined;
}

function prepare(graph: Graph, engine: FloatExports): Run<Float32Array> {
  requireFloat(graph);
  const constants = new Constants();
  const steps = graph.nodes.map((node): Step => {
    const view = viewOf(graph, node);
    // A constant image lies outside the engine's memory.
    return { node, run: view.inputs[0]?.data ? undefined : floatKernels.get(node.op)?.(view, constants) };
  });
  const { offsets, bytes } = placeActivations(graph);
  const scratch = constants.bytes;
  const first = scratch + aligned(constants.scratchBytes);
  grow(engine.memory, first + bytes);
  constants.write(engine.memory.buffer);

  const values = graph.tensors.map(({ shape, data }, id) => {
    const offset = offsets.get(id);
    return offset === undefined ? data : new Float32Array(engine.memory.buffer, first + offset, elements(shape));
  }) as (Float32Array | undefined)[];
  const valuesOf = (id: TensorId): Float32Array => values[id] as Float32Array;

  const execute = ({ node, run }: Step): void => {
    const [x, y] = [valuesOf(node.inputs[0]), valuesOf(node.outputs[0])];
    if (run) run(engine, { x: x.byteOffset, y: y.byteOffset, scratch });
    else
      node.op.float?.(
        viewOf(graph, node),
        node.inputs.map((id) => values[id]),
        node.outputs.map(valuesOf),
      );
  };

  const variables = variablesOf(graph);
  // Outside the engine's memory, so that activations may take over each other's bytes.
  const state = variables.map(({ initial }) => Float32Array.from(initial as Float32Array));
  return (inputs, observe) => {
    floatInputs(graph, inputs).forEach((given, i) => {
      valuesOf(graph.inputs[i]).set(given);
    });
    variables.forEach(({ value }, i) => {
      valuesOf(value).set(state[i]);
    });
    for (const id of givenTensors(graph)) observe?.(id, valuesOf(id));
    for (const step of steps) {
      execute(step);
      for (const id of step.node.outputs) observe?.(id, valuesOf(id));
    }
    variables.forEach(({ next }, i) => {
      state[i].set(valuesOf(next));
    });
    return graph.outputs.map((id) => valuesOf(id).slice());
  };
}

/** What lasts, from the beginning of memory on, and the most scratch that a node wants. */
class Constants implements Reservations {
  #pieces: { readonly at: number; readonly values: Float32Array }[] = [];
  bytes = 0;
  scratchBytes = 0;

  constant(values: Float32Array): number {
    const at = this.bytes;
    this.#pieces.push({ at, values });
    this.bytes += aligned(4 * values.length);
    return at;
  }

  scratch(bytes: number): void {
    this.scratchBytes = Math.max(this.scratchBytes, bytes);
  }

  /** Writes them, once; they are not kept. */
  write(memory: ArrayBuffer): void {
    for (const { at, values } of this.#pieces) new Float32Array(memory, at, values.length).set(values);
    this.#pieces = [];
  }
}

function grow(memory: WebAssembly.Memory, bytes: number): void {
  const pages = Math.ceil(bytes / pageBytes) - memory.buffer.byteLength / pageBytes;
  if (pages <= 0) return;
  try {
    memory.grow(pages);
  } catch (cause) {
    const what = `float execution needs ${Math.ceil(bytes / 1e6)} MB, which cannot be allocated`;
    throw new LiteBlockError('memory', what, [], { cause });
  }
}
