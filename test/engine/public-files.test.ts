import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { type Graph, isFloat } from '../../src/graph/graph.ts';
import { perTensor, type Tensor } from '../../src/graph/tensor.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { quantize } from '../../src/quantize/quantize.ts';
import { quantizeValues } from '../../src/quantize/range.ts';
import { refusal } from '../import/refusal.ts';
import { builds, loaded, raw, runBatch, runOnce } from '../support/engine.ts';
import { floatEngine } from '../support/float.ts';
import { handMadeFiles, type PublicFile, type PublicValues, realFiles } from '../support/public-files.ts';
import { describeWasmtime, temporaryFolder } from '../support/runtimes.ts';
import { describeShared } from '../support/shared-data.ts';
import { inputsOf } from '../support/values.ts';

/** Files that are refused by name, with the words of the refusal. */
const refused: ReadonlyMap<string, RegExp> = new Map([
  ['div_const', /DIV .*TFLite has no int8 kernel of it/],
  ['int16x8_conv', /int16x8 quantisation is not supported/],
]);

const isReal = ({ inputs, outputs }: PublicFile): boolean =>
  [...inputs, ...outputs].every(({ dtype }) => dtype === 'float32');
const runsNow = ({ name }: PublicFile): boolean => !refused.has(name);
const isInteger = (file: PublicFile): boolean => runsNow(file) && file.outputs.length > 0 && !isReal(file);
const isFloatFile = (file: PublicFile): boolean => runsNow(file) && file.outputs.length > 0 && isReal(file);
const hasNoReference = (file: PublicFile): boolean => runsNow(file) && file.outputs.length === 0;

const importFile = ({ path }: PublicFile): Graph => importModel(readFileSync(path), path);
const bytesOf = ({ path }: PublicValues): Buffer => readFileSync(path);

/** Steps of a file's inputs or outputs: real values, those of each step by themselves. */
function stepsOf(values: readonly PublicValues[]): Float32Array[][] {
  const each = values.map(({ path, shape }) => {
    const bytes = readFileSync(path);
    const all = new Float32Array(Uint8Array.from(bytes).buffer);
    const size = shape.reduce((product, n) => product * n, 1);
    return Array.from({ length: all.length / size }, (_, i) => all.slice(i * size, (i + 1) * size));
  });
  return (each[0] ?? []).map((_, step) => each.map((steps) => steps[step] as Float32Array));
}

const greatest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const best = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((at, value, i, all) => (value > (all[at] as number) ? i : at), 0);

/** The signal of `wanted` over its difference to `given`, in dB. */
function decibels(given: Float32Array, wanted: Float32Array): number {
  const power = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0);
  return 10 * Math.log10(power(wanted) / power(given.map((value, i) => value - (wanted[i] as number))));
}

/** Dynamic-range files: their reference quantises activations while it runs. */
const dynamicRange: readonly string[] = ['dynamic_range', 'hybrid_fc_conv'];

/** Outputs of one score a class. */
const namesClass = ({ outputs }: PublicFile): boolean => outputs[0]?.shape.length === 2;

/** A float graph made int8 with the images of the file, and what the engine gives of each, as real values. */
async function quantizedRun(graph: Graph, images: readonly Float32Array[][]): Promise<Float32Array[]> {
  const int8 = quantize(graph, images, { evaluate: await floatEngine() }).graph;
  const { bytes } = compile(int8);
  const [input, output] = [int8.inputs[0], int8.outputs[0]].map((id) => int8.tensors[id as number] as Tensor);
  const from = perTensor(input as Tensor);
  const to = perTensor(output as Tensor);
  return images.map(([values]) => {
    const q = quantizeValues(values as Float32Array, from.scale, from.zeroPoint);
    const [y] = runOnce(loaded('simd', bytes), [q]);
    return Float32Array.from(new Int8Array((y as Uint8Array).buffer), (value) => to.scale * (value - to.zeroPoint));
  });
}

/** All that is asked of files in Node. */
function testsInNode(files: readonly PublicFile[]): void {
  describe.each(builds)('integer files give the bytes of TFLite on the %s engine', (build) => {
    it.each(files.filter(isInteger))('$name', (file) => {
      const { bytes } = compile(importFile(file));
      const results = runBatch(build, bytes, file.inputs.map(bytesOf));
      expect(results.length).toBe(file.outputs.length);
      for (const [i, output] of file.outputs.entries()) {
        expect(Buffer.compare(results[i] as Uint8Array, bytesOf(output))).toBe(0);
      }
    });
  });

  const real = files.filter(isFloatFile);
  if (real.length > 0) {
    it.each(real)('$name is near TFLite on the float engine', async (file) => {
      const graph = importFile(file);
      expect(isFloat(graph)).toBe(true);
      const run = (await floatEngine())(graph);
      const wanted = stepsOf(file.outputs);
      for (const [step, inputs] of stepsOf(file.inputs).entries()) {
        const [given, expected] = [run(inputs)[0], wanted[step]?.[0]] as [Float32Array, Float32Array];
        if (dynamicRange.includes(file.name)) expect(decibels(given, expected)).toBeGreaterThanOrEqual(35);
        else expect(greatest(given.map((y, i) => y - (expected[i] as number)))).toBeLessThan(1e-4 * greatest(expected));
        if (namesClass(file)) expect(best(given)).toBe(best(expected));
      }
    });

    it.each(real)('$name is near its float form when it is quantised', async (file) => {
      const graph = importFile(file);
      const run = (await floatEngine())(graph);
      const images = stepsOf(file.inputs);
      for (const [step, given] of (await quantizedRun(graph, images)).entries()) {
        const expected = run(images[step] as Float32Array[])[0] as Float32Array;
        expect(decibels(given, expected)).toBeGreaterThanOrEqual(25);
        if (namesClass(file)) expect(best(given)).toBe(best(expected));
      }
    });
  }

  const unheld = files.filter(hasNoReference);
  if (unheld.length > 0) {
    describe.each(builds)(
      'files that TFLite refuses give the bytes of the plain reference on the %s engine',
      (build) => {
        it.each(unheld)('$name', (file) => {
          const graph = importFile(file);
          const { bytes } = compile(graph);
          const inputs = inputsOf(graph) as Int8Array[];
          const wanted = evaluateQuantized(graph)(inputs).map((values) => raw(values as Int8Array));
          expect(runOnce(loaded(build, bytes), inputs)).toEqual(wanted.map((values) => new Uint8Array(values)));
        });
      },
    );
  }

  const named = files.filter(({ name }) => refused.has(name));
  if (named.length > 0) {
    it.each(named)('$name is refused by name', (file) => {
      const { code, message } = refusal(() => compile(importFile(file)));
      expect({ code, message }).toEqual({
        code: 'unsupported',
        message: expect.stringMatching(refused.get(file.name) as RegExp),
      });
    });
  }
}

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** The command and the engine features that wasmtime is told to have. */
const commands = [
  ['simd', ['build/liteblock.wasm']],
  ['scalar', ['-W', 'simd=n,relaxed-simd=n,bulk-memory=n', 'build/liteblock.scalar.wasm']],
] as const;

function testsInWasmtime(title: string, files: readonly PublicFile[]): void {
  describeWasmtime(`${title} under wasmtime`, (run) => {
    describe.each(commands)('%s', (_, command) => {
      it.each(files.filter(isInteger))('$name gives the bytes of TFLite', (file) => {
        const lbm = folder.write(`${file.name}.lbm`, compile(importFile(file)).bytes);
        const inputs = file.inputs.map(({ path }, i) => folder.write(`${file.name}.${i}.bin`, readFileSync(path)));
        const { code, stdout, stderr } = run(['--dir', folder.path, ...command, lbm, ...inputs, '--raw']);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(Buffer.compare(stdout, Buffer.concat(file.outputs.map(bytesOf)))).toBe(0);
      });
    });
  });
}

describe('hand-made files', () => {
  const files = handMadeFiles();

  it('there are 44', () => {
    expect(files.length).toBe(44);
  });

  testsInNode(files);
  testsInWasmtime('hand-made files', files);

  describe.each(builds)('two_signatures, by name on the %s engine,', (build) => {
    const file = files.find(({ name }) => name === 'two_signatures') as PublicFile;
    const graphOf = (signature: string): Graph => importModel(readFileSync(file.path), file.path, { signature });

    it.each(['decode', 'encode'])('gives the bytes of TFLite: %s', (signature) => {
      const [y] = runBatch(build, compile(graphOf(signature)).bytes, file.inputs.map(bytesOf));
      const wanted = signature === 'decode' ? file.outputs[0]?.path : file.path.replace('.tflite', '.encode.bin');
      expect(Buffer.compare(y as Uint8Array, readFileSync(wanted as string))).toBe(0);
    });
  });
});

describeShared('files of public repositories', (data) => {
  const files = realFiles(data);

  it('there are seven', () => {
    expect(files.length).toBe(7);
  });

  testsInNode(files);
  testsInWasmtime('files of public repositories', files);
});
