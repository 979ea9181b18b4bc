/**
 * Import, lower, quantise and compile networks, in Node, a page or a Worker.
 *
 * @example
 * import { readFile, writeFile } from 'node:fs/promises';
 * import { compile, evaluateQuantized, importModel } from 'liteblock/compiler';
 *
 * const graph = importModel(await readFile('model.tflite'), 'model.tflite');
 * const { bytes } = compile(graph, {
 *   labels: ['cat', 'dog'],
 *   preprocessing: { mean: [127.5], std: [127.5] },
 *   evaluate: evaluateQuantized, // for the known answer
 * });
 * await writeFile('model.lbm', bytes); // as `liteblock compile` with --labels, --mean and --std
 *
 * @module liteblock/compiler
 */
export { LiteBlockError } from '../format/errors.ts';
export type { ModelFile } from '../format/model-file.ts';
export type { FloatEvaluator, Observe, QuantizedEvaluator, Run } from '../graph/evaluator.ts';
export type { Graph } from '../graph/graph.ts';
export type { Node } from '../graph/op.ts';
export type { DType, Quantization, Tensor, TensorId } from '../graph/tensor.ts';
export type { ImportOptions } from '../import/tflite/import-tflite.ts';
export type { Layer, LayerSource, Network, NetworkSource } from '../network/layers.ts';
export { networkGraph, parametersOf } from '../network/network-graph.ts';
export { network, parseNetwork } from '../network/parse.ts';
export { seededWeights } from '../network/seeded-weights.ts';
export type { Parameter, StateDict, StateTensor } from '../network/weights.ts';
export * from '../network/words.ts';
export { evaluateQuantized } from '../ops/evaluate.ts';
export { evaluateFloat } from '../ops/evaluate-float.ts';
export type { Plan, PlanOptions } from '../plan/plan.ts';
export { printPlan } from '../plan/print.ts';
export type { Images } from '../quantize/calibrate.ts';
export type { ActivationReport, LayerReport } from '../quantize/layer-report.ts';
export { type Quantized, type QuantizeOptions, quantize } from '../quantize/quantize.ts';
export type { Range } from '../quantize/range.ts';
export { type Report, type ReportOptions, report } from '../quantize/report.ts';
export type { Warning } from '../quantize/warnings.ts';
export { type Compiled, type CompileOptions, compile } from './compile.ts';
export { type ImportFileOptions, importFile } from './import-file.ts';
export { importModel } from './import-model.ts';
export { importNetwork, importSeeded, type NetworkSources } from './import-network.ts';
export { lower } from './lower.ts';
