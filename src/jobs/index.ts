/**
 * Quantises a float model as the command line does: calibration, corrected biases, a comparison with float, a report and the
 * known answer. The same graph, images and options give the same bytes as `liteblock quantize`.
 *
 * @example
 * import { readFile, writeFile } from 'node:fs/promises';
 * import { importNetwork } from 'liteblock/compiler';
 * import { evaluatorsOf, quantizeModel } from 'liteblock/quantize';
 *
 * const evaluators = await evaluatorsOf(async (name) =>
 *   WebAssembly.compile(new Uint8Array(await readFile(new URL(import.meta.resolve(`liteblock/engine.${name}.wasm`))))),
 * );
 * const graph = importNetwork(await readFile('network.json', 'utf8'), await readFile('w.safetensors'));
 * const images = [new Uint8Array(64)]; // pixels, NHWC, one array an image: some hundred of them
 * const { compiled } = quantizeModel(graph, images, evaluators, { preprocessing: { mean: [8], std: [8] } });
 * await writeFile('model.lbm', compiled.bytes);
 *
 * @module liteblock/quantize
 */
export type { ImageValues } from '../import/npy/images.ts';
export type { Agreement, OutputAgreement } from './agreement.ts';
export type { EngineModules } from './engines.ts';
export { type Evaluators, evaluatorsOf, floatEvaluator, quantizedEvaluator } from './evaluators.ts';
export type { ImageSource } from './image-values.ts';
export type { OutputMeaning } from './output-meaning.ts';
export type { Progress } from './progress.ts';
export { type QuantizedModel, type QuantizeModelOptions, quantizeModel } from './quantize-model.ts';
