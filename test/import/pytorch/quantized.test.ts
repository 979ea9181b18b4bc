import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/compiler/compile.ts';
import { importFile, importUnlowered } from '../../../src/compiler/import-file.ts';
import { type Graph, producersOf } from '../../../src/graph/graph.ts';
import { readProgramArchive } from '../../../src/import/pytorch/archive.ts';
import { modelKind } from '../../../src/jobs/model-kind.ts';
import { dequantized } from '../../support/float.ts';
import { checkParity, greatest } from '../../support/quantize-dequantize.ts';
import { describeShared } from '../../support/shared-data.ts';
import { imagesOf } from './nchw.ts';

const files = [
  ['litenet', 'litenet.pt2e', 48],
  ['litenet', 'litenet.pt2e.torch26', 48],
  ['mobilenet_v2_035', 'mobilenet_v2_035.pt2e', 96],
  ['mobilenet_v2_035', 'mobilenet_v2_035.pt2e.torch26', 96],
  ['shufflenet_v2_x0_5', 'shufflenet_v2_x0_5.pt2e', 96],
] as const;

/** Of the plain evaluation against PyTorch's outputs: far more than the 15 to 32 dB of these against float. */
const leastDecibels = 28;

/** Biases are real in the file. As int32 they are rounded, which a float evaluation does not do. */
function withBiases(real: Graph, bytes: Uint8Array): Graph {
  const values = new Map([...readProgramArchive(bytes, 'file').constants.values()].map((each) => [each.path, each]));
  const tensors = real.tensors.map((tensor) => {
    const own = tensor.data && tensor.shape.length === 1 ? values.get(tensor.name)?.read() : undefined;
    return own?.data instanceof Float32Array ? { ...tensor, data: own.data } : tensor;
  });
  return { ...real, tensors };
}

/** Programs of PyTorch in every type that PT2E quantises to (scripts/make-pytorch-cases.py). */
describe('a small network that PyTorch quantised', () => {
  const folder = 'test/data/pytorch/quantized';
  const cases = JSON.parse(readFileSync(`${folder}/cases.json`, 'utf8')) as {
    readonly input: { readonly shape: readonly number[]; readonly data: readonly number[] };
    readonly outputs: Readonly<Record<string, { readonly data: readonly number[] }>>;
  };
  const images = imagesOf(Float32Array.from(cases.input.data), cases.input.shape);

  it.each([
    ['int8-tensor', 1],
    ['int8-channel', 8],
    ['uint8-tensor', 1],
    ['uint8-channel', 8],
  ])('keeps its numbers: %s', async (name, scales) => {
    const bytes = new Uint8Array(readFileSync(`${folder}/${name}.pt2`));
    const graph = await importUnlowered(bytes, name);
    const recorded = Float32Array.from(cases.outputs[name].data);
    expect(graph.tensors[graph.nodes[0].inputs[1]].quantization?.scale.length).toBe(scales);
    const parity = checkParity(graph, withBiases(dequantized(graph), bytes), images, recorded, images.length);
    expect(parity.same).toBe(images.length);
    expect(parity.decibels).toBeGreaterThan(leastDecibels);
    // The answers vary: a constant one has but two of the ten.
    expect(new Set(images.map((_, i) => greatest(recorded.subarray(i * 5, i * 5 + 5)))).size).toBe(5);
  });

  it('names a node that is left in real values between quantised ones', async () => {
    const bytes = new Uint8Array(readFileSync(`${folder}/real-between.pt2`));
    await expect(importFile(bytes, 'net.pt2')).rejects.toThrow(
      /conv2d "point": its weights "point.weight" are not quantised/,
    );
  });
});

describeShared('programs that PyTorch quantised (PT2E)', (data) => {
  const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${data}pytorch/${name}`));
  const reals = (name: string): Float32Array => new Float32Array(bytesOf(name).buffer);

  it.each(files)('%s keeps its numbers: %s', async (name, file, size) => {
    const graph = await importUnlowered(bytesOf(`${file}.pt2`), file);
    const real = withBiases(dequantized(graph), bytesOf(`${file}.pt2`));
    const images = imagesOf(reals(`${name}.in.f32.bin`), [8, 3, size, size]);
    const { same, decibels } = checkParity(graph, real, images, reals(`${file}.out.f32.bin`));
    expect(same).toBe(8);
    // Sums in another order round to another step now and then, which later layers carry on.
    expect(decibels).toBeGreaterThan(leastDecibels);
  });

  it.each(files)('%s has the scales of the file, and compiles without images: %s', async (_, file) => {
    const bytes = bytesOf(`${file}.pt2`);
    expect(modelKind(bytes, file)).toBe('int8');
    const graph = await importFile(bytes, file);
    expect(graph.nodes.map(({ op }) => op.type)).not.toContain('BatchNorm');
    const producers = producersOf(graph);
    expect(graph.tensors.every(({ dtype }, id) => !producers.has(id) || dtype === 'i8')).toBe(true);
    expect(compile(graph).bytes.length).toBeGreaterThan(1000);
  });
});
