import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compile } from '../../../src/compiler/compile.ts';
import { importFile, importUnlowered } from '../../../src/compiler/import-file.ts';
import { type Graph, producersOf, viewOf } from '../../../src/graph/graph.ts';
import type { Node } from '../../../src/graph/op.ts';
import { elements, type Quantization, type TensorId } from '../../../src/graph/tensor.ts';
import { readProgramArchive } from '../../../src/import/pytorch/archive.ts';
import { modelKind } from '../../../src/jobs/model-kind.ts';
import { evaluateQuantized } from '../../../src/ops/evaluate.ts';
import { dequantized, realOf } from '../../support/float.ts';
import { int8Engine } from '../../support/int8-engine.ts';
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

const single = ({ quantization }: { readonly quantization?: Quantization }): { scale: number; zeroPoint: number } => ({
  scale: (quantization as Quantization).scale[0],
  zeroPoint: (quantization as Quantization).zeroPoint[0],
});

/** Halves to even, as PyTorch rounds. */
const roundEven = (x: number): number => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

const quantizedTo = (values: ArrayLike<number>, { scale, zeroPoint }: ReturnType<typeof single>): Int8Array =>
  Int8Array.from(values, (value) => Math.max(-128, Math.min(127, roundEven(value / scale) + zeroPoint)));

const greatest = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/** One node on real values that its quantised inputs stand for, its output quantised again: what PyTorch's program says. */
function quantizeDequantize(
  graph: Graph,
  real: Graph,
  node: Node,
  values: ReadonlyMap<TensorId, Int8Array>,
): Int8Array {
  const twin = real.nodes[graph.nodes.indexOf(node)];
  const output = graph.tensors[node.outputs[0]];
  const inputs = node.inputs.map((id) => {
    if (id < 0) return undefined;
    const tensor = graph.tensors[id];
    const q = values.get(id);
    return q ? realOf(q, tensor.shape, tensor.quantization as Quantization) : (real.tensors[id].data as Float32Array);
  });
  const y = new Float32Array(elements(output.shape));
  // A requantisation is the identity of real values.
  if (twin.op.float) twin.op.float(viewOf(real, twin), inputs, [y]);
  else y.set(inputs[0] as Float32Array);
  return quantizedTo(y, single(output));
}

/** Biases are real in the file. As int32 they are rounded, which a float evaluation does not do. */
function withBiases(real: Graph, bytes: Uint8Array): Graph {
  const values = new Map([...readProgramArchive(bytes, 'file').constants.values()].map((each) => [each.path, each]));
  const tensors = real.tensors.map((tensor) => {
    const own = tensor.data && tensor.shape.length === 1 ? values.get(tensor.name)?.read() : undefined;
    return own?.data instanceof Float32Array ? { ...tensor, data: own.data } : tensor;
  });
  return { ...real, tensors };
}

describeShared('programs that PyTorch quantised (PT2E)', (data) => {
  const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${data}pytorch/${name}`));
  const reals = (name: string): Float32Array => new Float32Array(bytesOf(name).buffer);

  it.each(files)('%s keeps its numbers: %s', async (name, file, size) => {
    const graph = await importUnlowered(bytesOf(`${file}.pt2`), file);
    const real = withBiases(dequantized(graph), bytesOf(`${file}.pt2`));
    const images = imagesOf(reals(`${name}.in.f32.bin`), [8, 3, size, size]);
    const recorded = reals(`${file}.out.f32.bin`);
    const [input, output] = [graph.tensors[graph.inputs[0]], graph.tensors[graph.outputs[0]]];
    const run = evaluateQuantized(graph);
    const engines = [int8Engine('simd')(graph), int8Engine('scalar')(graph)] as const;
    let [same, signal, noise] = [0, 0, 0];
    for (const [i, image] of images.entries()) {
      const x = quantizedTo(image, single(input));
      const theirs = recorded.subarray(i * 10, (i + 1) * 10);
      const [[answer], [scalar]] = engines.map((engine) => engine([x]));
      expect(scalar).toEqual(answer);
      if (greatest([...(answer as Int8Array)]) === greatest([...theirs])) same++;
      if (i > 0) continue; // the plain evaluations take a second each
      // The float evaluation, fed by itself, gives the outputs that PyTorch recorded.
      const plain = new Map<TensorId, Int8Array>([[graph.inputs[0], x]]);
      for (const node of graph.nodes) plain.set(node.outputs[0], quantizeDequantize(graph, real, node, plain));
      const made = realOf(plain.get(graph.outputs[0]) as Int8Array, output.shape, output.quantization as Quantization);
      for (const [k, value] of theirs.entries()) {
        signal += value ** 2;
        noise += (value - made[k]) ** 2;
      }
      // Every layer of the integer graph, with the same bytes as its input, is within a step of it.
      const ours = new Map<TensorId, Int8Array>([[graph.inputs[0], x]]);
      const [y] = run([x], (id, values) => ours.set(id, Int8Array.from(values as Int8Array)));
      expect(y).toEqual(answer);
      for (const node of graph.nodes) {
        const wanted = quantizeDequantize(graph, real, node, ours);
        const own = ours.get(node.outputs[0]) as Int8Array;
        const worst = wanted.reduce((most, q, at) => Math.max(most, Math.abs(q - own[at])), 0);
        expect({ node: node.name, worst: Math.min(worst, 1) }).toEqual({ node: node.name, worst });
      }
    }
    expect(same).toBe(8);
    // Sums in another order round to another step now and then, which later layers carry on.
    expect(10 * Math.log10(signal / noise)).toBeGreaterThan(leastDecibels);
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
