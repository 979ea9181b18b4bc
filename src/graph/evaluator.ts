import type { Values } from '../format/values.ts';
import type { Graph } from './graph.ts';
import type { TensorId } from './tensor.ts';

/**
 * Told every activation of a run, graph inputs and the values of variables included, in the order in which they are made. `values` are row-major NHWC
 * without padding and the callee's for the length of the call only.
 */
export type Observe<Values> = (tensor: TensorId, values: Values) => void;

/**
 * Runs one image. `inputs` and the result are in the order of the graph's; the result is the caller's to keep. Variables of the
 * graph keep what they become from call to call: images are runs in a sequence, whose first one begins with their first values.
 */
export type Run<Values> = (inputs: readonly Values[], observe?: Observe<Values>) => readonly Values[];

/** Prepares a float32 graph for running: the float engine, or the plain definitions of the ops. */
export type FloatEvaluator = (graph: Graph) => Run<Float32Array>;

/**
 * Prepares a quantised graph for running: an engine with a plan that keeps every tensor, or the plain references. `compiled`
 * is the graph's `.lbm` where there is one already: an engine may run that, and need not compile the graph again.
 */
export type QuantizedEvaluator = (graph: Graph, compiled?: Uint8Array) => Run<Values>;
