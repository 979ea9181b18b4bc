import { readFileSync } from 'node:fs';
import * as compiler from '../../src/compiler/index.ts';
import { postprocessBytes } from '../../src/format/postprocess.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import { add } from '../../src/ops/add.ts';
import { fullyConnected } from '../../src/ops/fully-connected.ts';
import * as runtime from '../../src/runtime/node.ts';

/** Every function that the package exports, with arguments that it takes. */

const builder = new GraphBuilder('small');
const x = builder.input('x', [1, 2, 1, 2], quantizedBy(0.5, 0));
builder.output(builder.add(add, { activation: 'none' }, [x, x], { quantization: quantizedBy(1, 0) }));
export const graph = builder.build();

const real = new GraphBuilder('real');
const rx = real.input('x', [1, 1, 1, 2], undefined, { dtype: 'f32' });
const weights = [real.constant('w', [1, 2], Float32Array.of(1, 2)), real.constant('b', [1], Float32Array.of(0.5))];
const dense = { activation: 'none', scaleProduct: 'f64' } as const;
real.output(real.add(fullyConnected, dense, [rx, ...weights], { dtype: 'f32' }));
export const float = real.build();

export const images = [[Float32Array.of(0.5, -1)], [Float32Array.of(1, 2)]];
export const { evaluateFloat, evaluateQuantized } = compiler;
const quantized = compiler.quantize(float, images, { evaluate: evaluateFloat });
export const compiled = compiler.compile(graph);
const tflite = new Uint8Array(readFileSync('test/data/litenet_digits/litenet_digits_int8.tflite'));
const engine = new Uint8Array(readFileSync('build/engine.simd.wasm'));
const source = {
  name: 'n',
  input: { channels: 2, height: 1, width: 1 },
  layers: [{ type: 'Conv2d', in: 2, out: 1, kernel: 1, name: 'c' }],
} as const;
const network = compiler.network(source);
const dict = compiler.seededWeights(network, 1);
const safetensors = new Uint8Array(readFileSync('test/data/litenet_digits/litenet_digits.safetensors'));
const digits = readFileSync('examples/networks/litenet-digits.json', 'utf8');
export const model = await runtime.load(compiled.bytes);
const pixels = { data: new Uint8Array(12), width: 2, height: 2 };
const preprocessing = { mean: [1], std: [1] };
const input = model.inputs[0] as runtime.Interface;
const imageModel = { inputs: [{ ...input, shape: [1, 2, 2, 3] }], preprocessing: undefined };

const classifier = {
  ...imageModel,
  outputs: model.outputs,
  labels: [],
  run: () => [new Int8Array(4)],
};
const modules = async (name: string): Promise<WebAssembly.Module> =>
  new WebAssembly.Module(readFileSync(`build/engine.${name}.wasm`));

/** A detection head of one anchor, and its outputs. */
const number = { dtype: 'f32', perImage: true, scale: 0, zeroPoint: 0 } as const;
const head = {
  ...{ name: 'h', labels: ['a'] },
  outputs: [
    { ...number, name: 'boxes', shape: [1, 1, 4], imageBytes: 16 },
    { ...number, name: 'scores', shape: [1, 1, 1], imageBytes: 4 },
  ],
  postprocess: postprocessBytes({
    ...{ kind: 'detection', boxes: 0, scores: 1, maxDetections: 1, maxClassesPerDetection: 1, detectionsPerClass: 1 },
    ...{ regular: false, classes: 1, scoreThreshold: 0.5, iouThreshold: 0.5, scales: [1, 1, 1, 1] },
    anchors: Float32Array.of(0.5, 0.5, 1, 1),
  }),
};
const headOutputs = [new Float32Array(4), Float32Array.of(0.75)];

/** Arguments with which a call succeeds. Members of an option object are tried one by one, too. */
export type Arguments = readonly unknown[];

/** By export; with `needs`, so many of the first arguments cannot be left out. */
export const calls: Readonly<Record<string, { readonly given: Arguments; readonly needs: number }>> = {
  'load (.)': {
    given: [compiled.bytes, { tier: 'simd', ramBytes: 1e6, maxOperations: 1e6, selfTest: false, onProgress: () => 1 }],
    needs: 1,
  },
  bestClasses: { given: [{ outputs: model.outputs, labels: ['a', 'b'] }, new Int8Array(4), 2], needs: 2 },
  classify: { given: [classifier, pixels, 2], needs: 2 },
  evaluatorsOf: { given: [modules], needs: 1 },
  floatEvaluator: { given: [modules], needs: 1 },
  quantizedEvaluator: { given: [modules], needs: 1 },
  quantizeModel: {
    given: [
      float,
      [Uint8Array.of(1, 2), Uint8Array.of(200, 100)],
      { evaluate: evaluateFloat, evaluateQuantized },
      {
        method: 'percentile',
        percentile: 99,
        images: 2,
        onProgress: () => 1,
        onUnsaidPixels: () => 1,
        labels: ['a'],
        preprocessing,
      },
    ],
    needs: 3,
  },
  hasSimd: { given: [], needs: 0 },
  realOfPixels: { given: [pixels.data, preprocessing], needs: 2 },
  inputOfImage: { given: [imageModel, pixels], needs: 2 },
  valuesOfPixels: { given: [pixels.data, input, preprocessing], needs: 2 },
  pixelsOfImage: { given: [pixels, [2, 2, 3]], needs: 2 },
  resizePixels: { given: [pixels, { width: 1, height: 1 }, 3], needs: 2 },
  loadInWorker: { given: [compiled.bytes, { ramBytes: 1e6, maxOperations: 1e6, onProgress: () => 1 }], needs: 1 },
  networkGraph: { given: [network, dict, 'n', { weightsSource: 'w', onNote: () => 1 }], needs: 2 },
  parametersOf: { given: [network, 'n'], needs: 1 },
  network: { given: [source], needs: 1 },
  parseNetwork: { given: [source, 'n'], needs: 2 },
  seededWeights: { given: [network, 1, 'n'], needs: 2 },
  evaluateQuantized: { given: [graph], needs: 1 },
  evaluateFloat: { given: [float], needs: 1 },
  printPlan: { given: [compiled.plan], needs: 1 },
  quantize: {
    given: [
      float,
      images,
      {
        evaluate: evaluateFloat,
        evaluateQuantized,
        method: 'percentile',
        percentile: 99,
        correctionImages: 1,
        onImage: () => 1,
        onLayer: () => 1,
        preprocessing,
        realImages: false,
      },
    ],
    needs: 3,
  },
  report: { given: [float, quantized, images, { evaluateFloat, evaluateQuantized, count: 1 }], needs: 4 },
  compile: {
    given: [
      graph,
      {
        capacities: new Map(),
        schedule: [{ node: 0, rows: 2 }],
        labels: ['a', 'b'],
        preprocessing,
        evaluate: evaluateQuantized,
        ramBytes: 1e6,
      },
    ],
    needs: 1,
  },
  importModel: { given: [tflite, 'm', { shapes: {} }], needs: 2 },
  importFile: { given: [tflite, 'm', { shapes: {} }], needs: 2 },
  importNetwork: { given: [digits, safetensors, { source: 'n', weightsSource: 'w', onNote: () => 1 }], needs: 2 },
  importSeeded: { given: [source, 1, { source: 'n' }], needs: 2 },
  lower: { given: [graph, () => undefined], needs: 1 },
  memoryBytesOf: { given: [64, 64], needs: 2 },
  isModel: { given: [compiled.bytes], needs: 0 },
  readHeader: { given: [compiled.bytes, 'm'], needs: 1 },
  readModel: { given: [compiled.bytes, 'm'], needs: 1 },
  writeModel: { given: [compiled.model], needs: 1 },
  readPostprocess: { given: [head.postprocess, head.outputs, 'm'], needs: 3 },
  detections: { given: [head, headOutputs], needs: 2 },
  detectionTensors: { given: [head, headOutputs], needs: 2 },
  bundle: { given: [compiled.bytes, engine, 'm'], needs: 2 },
  loadFloatEngine: { given: [new Uint8Array(readFileSync('build/engine.float.wasm'))], needs: 1 },
};
