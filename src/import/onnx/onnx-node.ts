import { numbersOf } from '../nchw/constants.ts';
import { type Frame, misfit } from '../nchw/frame.ts';
import type { Constant, Value } from '../nchw/value.ts';
import type { Attribute, OnnxNodeData } from './model.ts';

/** A node of a network with the values of what it reads. */
export class OnnxNode {
  readonly frame: Frame;
  readonly data: OnnxNodeData;
  /** The version of ONNX's operators. */
  readonly opset: number;
  readonly #valueOf: (name: string) => Value | undefined;

  constructor(frame: Frame, data: OnnxNodeData, opset: number, lookUp: (name: string) => Value | undefined) {
    this.frame = frame;
    this.data = data;
    this.opset = opset;
    this.#valueOf = lookUp;
  }

  /** An input; undefined where it is left out. */
  input(at: number): Value | undefined {
    const name = this.data.inputs.at(at) ?? '';
    return name === '' ? undefined : this.#valueOf(name);
  }

  required(at: number): Value {
    return this.input(at) ?? misfit(`its input ${at} is missing`);
  }

  get inputs(): readonly Value[] {
    return this.data.inputs.map((_, i) => this.required(i));
  }

  /** An input whose values are known; undefined where it is left out. */
  constant(at: number, what: string): Constant | undefined {
    const value = this.input(at);
    if (!value) return undefined;
    return value.kind === 'constant' ? value : misfit(`its ${what} are computed (a constant)`);
  }

  #attribute(name: string, kind: Attribute['kind']): Attribute | undefined {
    const attribute = this.data.attributes.get(name);
    if (!attribute || attribute.kind === kind) return attribute;
    return misfit(`its attribute ${name} is ${shown(attribute)} (${kind})`);
  }

  has(name: string): boolean {
    return this.data.attributes.has(name);
  }

  int(name: string, otherwise?: number): number {
    const attribute = this.#attribute(name, 'int');
    return attribute?.kind === 'int' ? attribute.value : (otherwise ?? misfit(`its attribute ${name} is missing`));
  }

  float(name: string, otherwise: number): number {
    const attribute = this.#attribute(name, 'float');
    return attribute?.kind === 'float' ? attribute.value : otherwise;
  }

  text(name: string, otherwise: string): string {
    const attribute = this.#attribute(name, 'string');
    return attribute?.kind === 'string' ? attribute.value : otherwise;
  }

  ints(name: string): readonly number[] | undefined {
    const attribute = this.#attribute(name, 'ints');
    return attribute?.kind === 'ints' ? attribute.values : undefined;
  }

  floats(name: string): readonly number[] | undefined {
    const attribute = this.#attribute(name, 'floats');
    return attribute?.kind === 'floats' ? attribute.values : undefined;
  }

  tensor(name: string): Constant | undefined {
    const attribute = this.#attribute(name, 'tensor');
    return attribute?.kind === 'tensor' ? attribute.tensor.read() : undefined;
  }

  /** Whole numbers that were an attribute once and are an input in later versions. */
  numbers(name: string, at: number): readonly number[] | undefined {
    const own = this.ints(name);
    if (own) return own;
    const given = this.constant(at, name);
    return given && numbersOf(given);
  }
}

const shown = (attribute: Attribute): string =>
  attribute.kind === 'other' ? attribute.what : `of type ${attribute.kind}`;

/** What becomes of a node: its outputs, in order. */
export type OnnxConverter = (node: OnnxNode) => Value | readonly Value[];

export interface OnnxEntry {
  /** Attributes that it knows: a node with others is refused. */
  readonly attributes?: readonly string[];
  /** Where it reads tensors that are computed, or takes constants as well. */
  readonly convert: OnnxConverter;
  /** Where all that it reads is known. Absent: the same. */
  readonly fold?: OnnxConverter;
  /** Its values are among those of its first input, so that its output may have the input's scale. */
  readonly keeps?: true;
}
