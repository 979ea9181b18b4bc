import { LiteBlockError } from '../../format/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Quantization, TensorId } from '../../graph/tensor.ts';
import { GraphWriter, type Site } from '../graph-writer.ts';
import { addInput, addOutput } from '../nchw/borders.ts';
import { Frame, Misfit, type ResultType, real } from '../nchw/frame.ts';
import { shapeOfValue, type Value } from '../nchw/value.ts';
import { placeInFile } from '../problems.ts';
import { type Completion, scaleOf } from '../quantization/completion.ts';
import { resultType } from '../quantization/result.ts';
import type { OnnxModel, OnnxNodeData, Size } from './model.ts';
import { type OnnxEntry, OnnxNode } from './onnx-node.ts';
import { isQuantize } from './operators/quantized.ts';
import { operators } from './operators.ts';
import { planScales } from './scales.ts';

/** A network, with the shapes that its inputs are compiled for. */
export interface ShapedOnnx {
  readonly model: OnnxModel;
  /** By input; undefined where sizes are open still. */
  readonly inputShapes: readonly (readonly number[] | undefined)[];
  /** Shapes are not those that the file declares. */
  readonly infers: boolean;
  /** Images in a batch. */
  readonly batch: number;
  /** How a quantised file is completed; absent: it is not. */
  readonly completion?: Completion;
}

/** A network as a graph called `name`, of float32 or, where the file is quantised, of int8. Throws 'unsupported' with every problem at once, by the names of nodes. */
export function convertOnnx(shaped: ShapedOnnx, name: string): Graph {
  const writer = new GraphWriter(name, shaped.model.source, shaped.batch);
  new OnnxConversion(shaped, new Frame(writer)).run();
  return writer.finish({ code: 'unsupported', place: placeInFile, known: [...operators.keys()] });
}

/** "2 and 3" */
const listed = (items: readonly (number | string)[]): string => items.join(', ').replace(/, ([^,]*)$/, ' and $1');

/** "open: axes 2 and 3 of 0 to 3; give --shape 'x=1,3,H,W' with numbers for H and W": for an input with sizes that nobody gave. */
function openSizes(name: string, declared: readonly Size[] | undefined): string {
  if (!declared) return `the file says none: give all, such as --shape '${name}=1,3,96,96'`;
  const letters = declared.length === 4 ? ['N', 'C', 'H', 'W'] : declared.map((_, axis) => `D${axis}`);
  // An open batch is 1.
  const known = declared.map((size, axis) =>
    axis === 0 && declared.length > 1 && typeof size !== 'number' ? 1 : size,
  );
  const open = known.flatMap((size, axis) => (typeof size === 'number' ? [] : [axis]));
  const sizes = known.map((size, axis) => (typeof size === 'number' ? size : letters[axis]));
  const [are, numbers] = open.length > 1 ? ['axes', 'numbers'] : ['axis', 'a number'];
  return `open: ${are} ${listed(open)} of 0 to ${declared.length - 1}; give --shape '${name}=${sizes.join(',')}' with ${numbers} for ${listed(open.map((axis) => letters[axis]))}`;
}

const isRealType = (dtype: string): boolean => /^b?float(16|32|64)$/.test(dtype);

class OnnxConversion {
  readonly #shaped: ShapedOnnx;
  readonly #frame: Frame;
  /** Undefined where something stands in the way, which has been reported. */
  readonly #values = new Map<string, Value | undefined>();

  /** Names of tensors that outputs come from. */
  #wanted: ReadonlySet<string> = new Set();
  readonly #named = new Set<TensorId>();
  /** Scales that tensors are made in; none in a network of real values. */
  readonly #scales: ReadonlyMap<string, Quantization>;

  constructor(shaped: ShapedOnnx, frame: Frame) {
    this.#shaped = shaped;
    this.#frame = frame;
    const { completion = {} } = shaped;
    frame.left = (what) => this.#frame.problem(what);
    frame.isReal = completion.onReal !== undefined;
    frame.quantizesWeights = completion.scales !== undefined;
    this.#scales = frame.isReal ? new Map() : planScales(shaped.model, frame);
  }

  #scaleOf(name: string): Quantization | undefined {
    return scaleOf(name, this.#scales, this.#shaped.completion ?? {});
  }

  #resultOf(node: OnnxNodeData, entry: OnnxEntry, values: readonly (Value | undefined)[]): ResultType {
    const [output] = node.outputs;
    const isPassed = passes(node, entry);
    return resultType(this.#frame, isPassed ? this.#scales.get(output) : this.#scaleOf(output), values, isPassed);
  }

  run(): void {
    const { model } = this.#shaped;
    if (model.inputs.length === 0) this.#whole('it has no inputs (one or more)');
    if (model.outputs.length === 0) this.#whole('it has no outputs (one or more)');
    this.#addInputs();
    const { nodes: needed, names } = neededOf(model);
    this.#wanted = names;
    for (const node of model.nodes) {
      this.#checkNames(node);
      if (needed.has(node)) this.#convert(node);
    }
    this.#addOutputs();
  }

  #addInputs(): void {
    const { model, inputShapes } = this.#shaped;
    for (const [i, { name, dtype, shape: declared }] of model.inputs.entries()) {
      const shape = inputShapes[i];
      const quantization = this.#scaleOf(name);
      this.#frame.result = quantization ? { dtype: 'i8', quantization } : real;
      this.#frame.site = { node: -1, op: 'input', name };
      if (this.#values.has(name)) throw this.#invalid(`two inputs are called "${name}"`);
      this.#values.set(name, undefined);
      const isOfBytes = (quantization || this.#frame.isReal) && /^u?int8$/.test(dtype);
      if (!isRealType(dtype) && !isOfBytes) this.#frame.problem(`its type ${dtype} is not supported (real values)`);
      else if (shape) this.#frame.attempt(() => this.#enter(name, shape));
      else this.#frame.problem(`its sizes are not fixed: ${openSizes(name, declared)}`);
    }
  }

  #enter(name: string, shape: readonly number[]): void {
    const value = addInput(this.#frame, name, shape);
    this.#values.set(name, value);
    this.#named.add(value.id);
    this.#shaped.completion?.onReal?.(name, value.id);
  }

  #addOutputs(): void {
    const { writer } = this.#frame;
    const { model, infers } = this.#shaped;
    const taken = model.inputs.flatMap(({ name }) => {
      const value = this.#values.get(name);
      return value?.kind === 'activation' ? [value.id] : [];
    });
    for (const { name, shape: declared } of model.outputs) {
      const value = this.#valueOf(name);
      const site = { node: model.nodes.length, op: 'output', name };
      const problem = (what: string): void => writer.problem({ ...site, node: -1 }, what);
      this.#frame.site = { ...site, inserted: true };
      if (value?.kind === 'constant') problem('it is a constant (a tensor that is computed)');
      else if (!value && !this.#values.has(name)) problem('no node makes it');
      else if (value) {
        const shape = shapeOfValue(value);
        const isKnown = declared?.every((size) => typeof size === 'number');
        if (isKnown && !infers && String(declared) !== String(shape)) {
          problem(`it has the shape [${shape.join(', ')}], but the file declares [${declared?.join(', ')}]`);
        }
        this.#frame.attempt(() => void taken.push(addOutput(this.#frame, value, taken, name)));
      }
    }
  }

  /** A file whose nodes are in a circle, or not in the order of execution, has names that nothing has made before. */
  #checkNames({ index, op, name, inputs, outputs }: OnnxNodeData): void {
    const stray = inputs.find((each) => each !== '' && !this.#has(each));
    const where = `node ${index} ${op} "${name}"`;
    if (stray !== undefined) throw this.#invalid(`${where} reads "${stray}", which no node has made before it`);
    for (const output of outputs) {
      if (output === '') continue;
      if (this.#has(output)) throw this.#invalid(`${where} makes "${output}", which is there already`);
      this.#values.set(output, undefined);
    }
  }

  #convert(node: OnnxNodeData): void {
    const entry = operators.get(node.op);
    this.#frame.site = siteOf(node);
    if (!entry) {
      this.#frame.problem('the operator is not supported');
      return;
    }
    this.#frame.attempt(() => {
      const read = node.inputs.filter((each) => each !== '');
      const values = read.map((each) => this.#valueOf(each));
      if (values.some((value) => value === undefined)) return;
      const isKnown = values.every((value) => value?.kind === 'constant');
      const stray = [...node.attributes.keys()].find((each) => !entry.attributes?.includes(each));
      if (stray !== undefined) throw new Misfit(`its attribute ${stray} is not supported`);
      this.#frame.result = this.#resultOf(node, entry, values);
      const convert = (isKnown && entry.fold) || entry.convert;
      const made = convert(new OnnxNode(this.#frame, node, this.#shaped.model.opset, (each) => this.#valueOf(each)));
      this.#keep(node, Array.isArray(made) ? made : [made]);
    });
  }

  /** Tensors that a node makes have the names that the file has for them. */
  #keep({ outputs }: OnnxNodeData, made: readonly Value[]): void {
    for (const [i, output] of outputs.entries()) {
      const value = made[i];
      if (!value && this.#wanted.has(output)) throw new Misfit(`its output ${i} "${output}" is not supported`);
      if (output === '') continue;
      this.#values.set(output, value);
      if (value?.kind !== 'activation') continue;
      this.#name(value.id, output);
      this.#shaped.completion?.onReal?.(output, value.id);
    }
  }

  /** A tensor that a node has just made; views of others keep the name that they have. */
  #name(id: TensorId, name: string): void {
    const { writer } = this.#frame;
    if (!this.#named.has(id)) writer.redeclare(id, { ...writer.tensor(id), name });
    this.#named.add(id);
  }

  #has(name: string): boolean {
    return this.#values.has(name) || this.#shaped.model.constants.has(name);
  }

  #valueOf(name: string): Value | undefined {
    const known = this.#values.get(name);
    if (known || this.#values.has(name)) return known;
    const constant = this.#shaped.model.constants.get(name)?.read();
    if (constant) this.#values.set(name, constant);
    return constant;
  }

  #whole(what: string): void {
    this.#frame.writer.problem({ node: -1, op: '', name: this.#shaped.model.source }, what);
  }

  #invalid(what: string): LiteBlockError {
    return new LiteBlockError('file-invalid', `${this.#shaped.model.source}: ${what}`);
  }
}

/** Whether the values of an output are those of the input, so that they may have its scale. */
const passes = ({ op }: OnnxNodeData, { keeps }: OnnxEntry): boolean => keeps === true || isQuantize(op);

const siteOf = ({ index, op, name }: OnnxNodeData): Site => ({ node: index, op, name });

/** Nodes and tensors that outputs come from: what nobody reads stands in nobody's way. */
function neededOf({ nodes, outputs }: OnnxModel) {
  const names = new Set(outputs.map(({ name }) => name));
  const needed = new Set<OnnxNodeData>();
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((name) => names.has(name))) continue;
    needed.add(node);
    for (const name of node.inputs) if (name !== '') names.add(name);
  }
  return { nodes: needed, names };
}
