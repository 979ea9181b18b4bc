import { LiteBlockError } from '../../format/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Quantization } from '../../graph/tensor.ts';
import { GraphWriter, type VariableToKeep } from '../graph-writer.ts';
import { addInput, addOutput, addState, nextState, type State } from '../nchw/borders.ts';
import { Frame, Misfit, misfit, type ResultType, real } from '../nchw/frame.ts';
import { shapeOfValue, type Value } from '../nchw/value.ts';
import { placeInFile } from '../problems.ts';
import { type Completion, scaleOf } from '../quantization/completion.ts';
import { type PlannedNode, planQuantization } from '../quantization/plan.ts';
import { resultType } from '../quantization/result.ts';
import { type AtenEntry, AtenNode } from './aten-node.ts';
import { MemoryOfValues } from './memory.ts';
import { namesRead } from './names-read.ts';
import { NodeSites } from './node-site.ts';
import { activationQuantization } from './operators/quantized.ts';
import { operatorName, operators } from './operators.ts';
import type { Program, ProgramNode } from './program.ts';
import { neededOf } from './state.ts';

/** A program, with the shapes that its inputs are compiled for. */
export interface ShapedProgram {
  readonly program: Program;
  /** By input; undefined where sizes are open still. */
  readonly inputShapes: readonly (readonly number[] | undefined)[];
  /** Shapes are not those that the file declares. */
  readonly infers: boolean;
  /** Images in a batch. */
  readonly batch: number;
  /** How a quantised file is completed; absent: it is not. */
  readonly completion?: Completion;
}

/** What a program's node gives; undefined where something stands in the way, which has been reported. */
type Made = Value | undefined;

/** A program as a float32 graph called `name`. Throws 'unsupported' with every problem at once, by the paths of modules. */
export function convertProgram(shaped: ShapedProgram, name: string): Graph {
  const { program } = shaped;
  const writer = new GraphWriter(name, program.source, shaped.batch);
  const conversion = new ProgramConversion(shaped, new Frame(writer));
  conversion.run();
  return writer.finish({ code: 'unsupported', place: placeInFile, known: [...shortNames] });
}

/** Operators of PyTorch that a user knows by their names. */
const shortNames = new Set(
  Array.from(operators.keys()).flatMap((name) => (/^aten\.[a-z]/.test(name) ? [name.slice('aten.'.length)] : [])),
);

class ProgramConversion {
  readonly #shaped: ShapedProgram;
  readonly #frame: Frame;
  readonly #values = new Map<string, Made>();
  readonly #memory = new MemoryOfValues();
  readonly #sites = new NodeSites();
  /** Scales that tensors are made in; none in a program of real values. */
  readonly #scales: ReadonlyMap<string, Quantization>;

  constructor(shaped: ShapedProgram, frame: Frame) {
    this.#shaped = shaped;
    this.#frame = frame;
    const { completion = {} } = shaped;
    frame.left = (what) => this.#frame.problem(what);
    frame.isReal = completion.onReal !== undefined;
    frame.quantizesWeights = completion.scales !== undefined;
    const { program } = shaped;
    const plan = isQuantized(program)
      ? planQuantization(program.nodes.map((node) => this.#plannedNode(node)))
      : new Map<string, Quantization>();
    this.#scales = frame.isReal ? new Map() : plan;
  }

  #plannedNode(node: ProgramNode): PlannedNode {
    const keeps = keepsScale(operators.get(operatorName(node.target).name));
    const common = { reads: namesRead(node), outputs: node.outputs, keeps };
    return isQuantize(node) ? { ...common, quantizes: true, scale: this.#quantizes(node) } : common;
  }

  /** The scale of a node that quantises; undefined where it is none that is supported. */
  #quantizes(node: ProgramNode): Quantization | undefined {
    try {
      return activationQuantization(new AtenNode(this.#frame, node, (name) => this.#valueOf(name)));
    } catch (error) {
      if (error instanceof Misfit) return undefined;
      throw error;
    }
  }

  #scaleOf(name: string): Quantization | undefined {
    return scaleOf(name, this.#scales, this.#shaped.completion ?? {});
  }

  #resultOf(node: ProgramNode, entry: AtenEntry, values: readonly Made[]): ResultType {
    const [output] = node.outputs;
    const passes = keepsScale(entry) || isDequantize(node) || isQuantize(node);
    return resultType(this.#frame, passes ? this.#scales.get(output) : this.#scaleOf(output), values, passes);
  }

  run(): void {
    const { program } = this.#shaped;
    const whole = (what: string): void => this.#frame.writer.problem({ node: -1, op: '', name: program.source }, what);
    if (program.inputs.length === 0) whole('it has no inputs (one or more)');
    this.#addInputs();
    const { nodes, buffers } = neededOf(program);
    const states = this.#addStates([...buffers.keys()]);
    for (const node of program.nodes) if (nodes.has(node)) this.#convert(node);
    this.#addOutputs();
    this.#keepStates(states, buffers);
  }

  #addInputs(): void {
    const { program, inputShapes } = this.#shaped;
    for (const [i, { name, dtype }] of program.inputs.entries()) {
      const shape = inputShapes[i];
      const quantization = this.#scaleOf(name);
      this.#frame.result = quantization ? { dtype: 'i8', quantization } : real;
      this.#frame.site = { node: -1, op: 'input', name };
      this.#values.set(name, undefined);
      if (!/^(b?float\d+)$/.test(dtype)) this.#frame.problem(`its type ${dtype} is not supported (real values)`);
      else if (shape) this.#frame.attempt(() => this.#enter(name, shape));
      else this.#frame.problem('its sizes are not fixed: give --shape');
    }
  }

  #enter(name: string, shape: readonly number[]): void {
    const value = addInput(this.#frame, name, shape);
    this.#values.set(name, value);
    this.#shaped.completion?.onReal?.(name, value.id);
  }

  /** Buffers that change are variables: what they are when a run begins. */
  #addStates(names: readonly string[]): ReadonlyMap<string, State> {
    const { writer } = this.#frame;
    const states = new Map<string, State>();
    if (names.length > 0) writer.keepsState();
    for (const name of names) {
      const quantization = this.#scaleOf(name);
      this.#frame.result = quantization ? { dtype: 'i8', quantization } : real;
      const constant = this.#shaped.program.constants.get(name);
      this.#frame.site = { node: -1, op: 'buffer', name: constant?.path ?? name };
      this.#values.set(name, undefined);
      this.#frame.attempt(() => {
        if (!constant) return;
        const state = addState(this.#frame, constant.read());
        states.set(name, state);
        this.#shaped.completion?.onReal?.(name, state.value.id);
        this.#values.set(name, state.value);
      });
    }
    return states;
  }

  /** Says what variables become. */
  #keepStates(states: ReadonlyMap<string, State>, buffers: ReadonlyMap<string, string>): void {
    const kept: VariableToKeep[] = [];
    for (const [name, state] of states) {
      const path = this.#shaped.program.constants.get(name)?.path ?? name;
      const site = { node: this.#shaped.program.nodes.length, op: 'variable', name: path };
      this.#frame.site = { ...site, inserted: true };
      const { id: value } = state.value;
      this.#frame.attempt(() => {
        const next = buffers.get(name) ?? name;
        const stale = this.#memory.staleAmong([next]);
        if (stale !== undefined) misfit('an in-place operator writes to it by way of a view that is not supported');
        const made = this.#valueOf(next);
        if (made) {
          kept.push({ site: this.#frame.site, value, from: nextState(this.#frame, state, made), bytes: state.bytes });
        } else if (!this.#values.has(next)) misfit(`no node makes "${next}", which it becomes`);
      });
    }
    this.#frame.writer.keep(kept);
  }

  #addOutputs(): void {
    const { writer } = this.#frame;
    const inputs = this.#shaped.program.inputs.flatMap(({ name }) => {
      const value = this.#values.get(name);
      return value?.kind === 'activation' ? [value.id] : [];
    });
    for (const name of this.#shaped.program.outputs) {
      const value = this.#values.get(name);
      const site = { node: this.#shaped.program.nodes.length, op: 'output', name };
      this.#frame.site = { ...site, inserted: true };
      if (value?.kind === 'activation') this.#frame.attempt(() => addOutput(this.#frame, value, inputs));
      else if (value) writer.problem({ ...site, node: -1 }, 'it is a constant (a tensor that is computed)');
      else if (!this.#values.has(name)) writer.problem({ ...site, node: -1 }, 'no node makes it');
    }
  }

  #convert(node: ProgramNode): void {
    const { name, inPlace } = operatorName(node.target);
    const entry = operators.get(name);
    this.#frame.site = this.#sites.of(node);
    for (const output of node.outputs) {
      if (this.#values.has(output)) throw this.#invalid(`two nodes make "${output}"`);
      this.#values.set(output, undefined);
    }
    if (!entry) {
      this.#frame.problem(`the operator ${node.target} is not supported`);
      return;
    }
    const read = namesRead(node);
    for (const each of read) {
      if (!this.#has(each))
        throw this.#invalid(`node ${node.index} ${node.target} reads "${each}", which no node has made before it`);
    }
    const stale = this.#memory.staleAmong(read);
    if (stale !== undefined) {
      this.#frame.problem(
        `it reads "${stale}", whose memory an in-place operator has changed since (export it without inplace=True)`,
      );
      return;
    }
    this.#frame.attempt(() => {
      const values = read.map((each) => this.#valueOf(each));
      if (values.some((value) => value === undefined)) return;
      const isKnown = values.every((value) => value?.kind === 'constant');
      this.#frame.result = this.#resultOf(node, entry, values);
      const convert = (isKnown && entry.fold) || entry.convert;
      const made = convert(new AtenNode(this.#frame, node, (each) => this.#valueOf(each)));
      this.#keep(node, Array.isArray(made) ? made : [made]);
      const [base] = read;
      if (base === undefined) return;
      const view = { node: new AtenNode(this.#frame, node, (each) => this.#valueOf(each)), base };
      if (inPlace)
        this.#memory.write(
          view,
          node.outputs,
          [made].flat()[0],
          (each) => this.#unwritten(each) ?? misfit(`"${each}" is not known`),
        );
      else if (entry.view) this.#memory.view(view, node.outputs);
    });
  }

  #keep(node: ProgramNode, made: readonly Value[]): void {
    for (const [i, output] of node.outputs.entries()) {
      const value = made[i];
      this.#values.set(output, value);
      if (value) this.#checkShape(output, value);
      if (value?.kind === 'activation') this.#shaped.completion?.onReal?.(output, value.id);
    }
  }

  /** The file declares the shape of every tensor: what differs is wrong here or there. */
  #checkShape(name: string, value: Value): void {
    const declared = this.#shaped.program.shapes.get(name);
    const shape = shapeOfValue(value);
    if (!declared || this.#shaped.infers || String(declared) === String(shape)) return;
    this.#frame.problem(`it gives [${shape.join(', ')}], but the file declares [${declared.join(', ')}]`);
  }

  #has(name: string): boolean {
    return this.#values.has(name) || this.#shaped.program.constants.has(name);
  }

  #valueOf(name: string): Made {
    return this.#memory.now(name) ?? this.#unwritten(name);
  }

  /** What a name stands for where no operator has written to it. */
  #unwritten(name: string): Made {
    return this.#values.has(name) ? this.#values.get(name) : this.#shaped.program.constants.get(name)?.read();
  }

  #invalid(what: string): LiteBlockError {
    return new LiteBlockError('file-invalid', `${this.#shaped.program.source}: ${what}`);
  }
}

/** Whether a node quantises what is computed. */
const isQuantize = ({ target }: ProgramNode): boolean => target.startsWith('quantized_decomposed.quantize_per_tensor');

/** Whether a program was quantised in PyTorch. */
const isQuantized = ({ nodes }: Program): boolean =>
  nodes.some(({ target }) => target.startsWith('quantized_decomposed.'));

/** Whether an output may have the scale of what it is made of. */
const keepsScale = (entry: AtenEntry | undefined): boolean => entry?.keeps === true || entry?.view === true;

const isDequantize = ({ target }: ProgramNode): boolean => target.startsWith('quantized_decomposed.dequantize_');
