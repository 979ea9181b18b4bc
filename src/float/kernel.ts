import { clampReal } from '../arithmetic/activation-range.ts';
import type { Activation } from '../graph/attributes.ts';
import type { NodeView } from '../graph/op.ts';
import type { FloatExports } from './exports.ts';

/** Addresses in the engine's memory, which are known once everything has been laid out. */
export interface Addresses {
  /** Of input 0. */
  readonly x: number;
  readonly y: number;
  readonly scratch: number;
}

/** Runs a node once. */
export type RunNode = (engine: FloatExports, places: Addresses) => void;

/** What a kernel asks for before memory is laid out. */
export interface Reservations {
  /** Room for values that last, and their address. */
  constant(values: Float32Array): number;
  /** Bytes that the node overwrites while it runs. */
  scratch(bytes: number): void;
}

/** Prepares a node for the engine; undefined where the kernel does not take it, and the plain definition runs. */
// biome-ignore lint/suspicious/noExplicitAny: attributes are private to an op and its kernels
export type FloatKernel = (view: NodeView<any>, layout: Reservations) => RunNode | undefined;

/** The clamp of an activation as the engine takes it. */
export const limits = (activation: Activation): readonly [low: number, high: number] => [
  clampReal(activation, -Infinity),
  clampReal(activation, Infinity),
];

/** The values of a constant input of float32; undefined where it is none. */
export function constantOf(view: NodeView, input: number): Float32Array | undefined {
  const data = view.inputs[input]?.data;
  return data instanceof Float32Array ? data : undefined;
}

/** The constant bias, or +0 where the node has none; undefined where it is made by another node. */
export function biasOf(view: NodeView, outputs: number): Float32Array | undefined {
  return view.inputs[2] ? constantOf(view, 2) : new Float32Array(outputs);
}
