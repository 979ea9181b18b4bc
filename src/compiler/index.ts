export { LiteBlockError } from '../format/errors.ts';
export type { ModelFile } from '../format/model-file.ts';
export type { Graph, Node, TensorId } from '../graph/graph.ts';
export type { Tensor } from '../graph/tensor.ts';
export type { Plan, PlanOptions } from '../plan/plan.ts';
export { printPlan } from '../plan/print.ts';
export { type Compiled, type CompileOptions, compile } from './compile.ts';
export { importModel } from './import-model.ts';
export { importNetwork, importSeeded } from './import-network.ts';
