import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channelsLast } from '../../../../src/analyze/diff/layout.ts';
import type { Graph } from '../../../../src/graph/graph.ts';
import type { TensorId } from '../../../../src/graph/tensor.ts';
import { readSafetensors } from '../../../../src/import/safetensors/read-safetensors.ts';
import { networkGraph } from '../../../../src/network/network-graph.ts';
import { parseNetwork } from '../../../../src/network/parse.ts';
import { evaluateFloat } from '../../../../src/ops/evaluate-float.ts';
import { npy } from '../../../support/npy.ts';
import { cli, digits, temporary } from '../../cli.ts';
import { type Dumped, dump } from './dump.ts';
import { verdictOf } from './small.ts';

const source = 'examples/networks/litenet-digits.json';
const weights = ['--weights', digits('litenet_digits.safetensors')];
const json = (): Record<string, unknown> => JSON.parse(readFileSync(source, 'utf8'));

const image = Float32Array.from(readFileSync(digits('test_images_u8.bin')).subarray(0, 64), (pixel) => (pixel - 8) / 8);

/** The network with another eps in every batch normalisation, its blocks written out. */
function graphWith(eps: number): Graph {
  const tensors = readSafetensors(readFileSync(digits('litenet_digits.safetensors')), 'w');
  const graph = networkGraph(parseNetwork(json(), source), tensors);
  const nodes = graph.nodes.map((node) =>
    node.op.type === 'BatchNorm' ? { ...node, attributes: { ...(node.attributes as object), eps } } : node,
  );
  return { ...graph, nodes };
}

/** What PyTorch's hooks write: every module's output, channels first. */
function hooks(
  graph: Graph,
  change: (name: string, values: Float32Array) => Float32Array = (_, values) => values,
): Map<string, Dumped> {
  const dumped = new Map<string, Dumped>();
  evaluateFloat(graph)([image], (id: TensorId, values) => {
    const { name, shape } = graph.tensors[id] as Graph['tensors'][number];
    const [, h = 1, w = 1, c = 1] = shape;
    // [h, w, c] → [c, h, w] is the move that [c, h, w] → [h, w, c] undoes.
    const first = channelsFirst(values, h * w, c);
    expect(channelsLast(first, [h, w, c])).toEqual(values.slice());
    dumped.set(name, { shape: h * w > 1 ? [1, c, h, w] : [1, c], values: change(name, first) });
  });
  return dumped;
}

const channelsFirst = (values: Float32Array, pixels: number, channels: number): Float32Array =>
  values.map((_, i) => values[(i % pixels) * channels + Math.floor(i / pixels)] as number);

describe('an int8 input among the dumps of a float network', () => {
  const quantized = Int8Array.from(image, (value) => Math.round(value * 40) - 3);
  const given = async (layer: object) => {
    const at = temporary();
    const graph = graphWith(1e-5);
    const real = Float32Array.from(quantized, (q) => Math.fround(0.025) * (q + 3));
    const name = graph.tensors[graph.inputs[0] as number]?.name as string;
    const [scores] = evaluateFloat(graph)([real]) as [Float32Array];
    const y = graph.tensors[graph.outputs[0] as number]?.name as string;
    const folder = dump(at('d'), new Map([['x', { shape: [1, 8, 8, 1], values: quantized }]]));
    dump(folder, new Map([['y', { shape: [1, 10], values: scores }]]));
    const layers = [
      { file: 'x.npy', name, op: 'INPUT', ...layer },
      { file: 'y.npy', name: y },
    ];
    writeFileSync(at('d/index.json'), JSON.stringify({ layers }));
    return cli('diff', source, folder, ...weights);
  };

  it('stands for the float values that its scale says', async () => {
    const { status, out } = await given({ scale: Math.fround(0.025), zero_point: -3 });
    expect(out).toContain('2 tensors are matched by name');
    expect(status).toBe(0);
  });

  it('is refused where no scale is known', async () => {
    const { status, err } = await given({});
    expect(status).toBe(1);
    expect(err).toMatch(
      /the dump of its input ".+" has the type Int8Array: give float32, or a scale in an index\.json/,
    );
  });
});

describe('a float network beside what PyTorch has written', () => {
  it('is equal, channels first and all, its input among the dumps', async () => {
    const at = temporary();
    const { status, out, err } = await cli('diff', source, dump(at('d'), hooks(graphWith(1e-5))), ...weights);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(/\d\d tensors are matched by name/);
    expect(out).toMatch(/^equal: every value \(float ones within 0\.0001 of the largest of their tensor\)$/m);
  });

  it.each([1e-3, 1e-2, 0.37])('with the eps %f, usual or not: the layer and the rule', async (eps) => {
    const at = temporary();
    const { status, out } = await cli('diff', source, dump(at('d'), hooks(graphWith(eps))), ...weights);
    expect(status).toBe(1);
    const [layer, verdict] = verdictOf(out);
    expect(layer).toMatch(/node \d+ BatchNorm "[\w.]+"/);
    expect(verdict).toBe(
      `rule: eps: B has the eps ${eps.toExponential()} in its batch normalisation; A has the eps 1e-5`,
    );
  });

  it('in training mode: statistics of the image', async () => {
    const at = temporary();
    const graph = graphWith(1e-5);
    const first = graph.nodes.find(({ op }) => op.type === 'BatchNorm') as Graph['nodes'][number];
    const dumped = hooks(graph);
    const data = (i: number) => graph.tensors[first.inputs[i] as number]?.data as Float32Array;
    const x = dumped.get(graph.tensors[first.inputs[0] as number]?.name as string) as Dumped;
    const [, channels = 1, h = 1, w = 1] = x.shape;
    const values = new Float32Array(x.values.length);
    for (let c = 0; c < channels; c++) {
      const plane = Array.from((x.values as Float32Array).subarray(c * h * w, (c + 1) * h * w));
      const mean = plane.reduce((sum, value) => sum + value, 0) / plane.length;
      const variance = plane.reduce((sum, value) => sum + (value - mean) ** 2, 0) / plane.length;
      plane.forEach((value, i) => {
        values[c * h * w + i] =
          ((value - mean) / Math.sqrt(variance + 1e-5)) * (data(1)[c] as number) + (data(2)[c] as number);
      });
    }
    dumped.set(first.name, { shape: x.shape, values });
    const { out } = await cli('diff', source, dump(at('d'), dumped), ...weights);
    expect(verdictOf(out)[1]).toMatch(/^rule: statistics: .*model\.eval\(\) was not called/);
  });

  it('given another normalisation of pixels: the input, before any layer', async () => {
    const at = temporary();
    const dumped = hooks(graphWith(1e-5), (name, values) => (name === 'input' ? values.map((v) => v * 2 + 1) : values));
    writeFileSync(at('x.npy'), npy('<f4', [1, 8, 8, 1], image));
    const { out } = await cli('diff', source, dump(at('d'), dumped), ...weights, '--input', at('x.npy'));
    expect(verdictOf(out)[1]).toMatch(/^rule: input/);
    expect(out).toContain('by another mean and standard deviation: B = 2 · A + 1');
  });
});

describe('two float networks', () => {
  const network = (eps: number) => ({
    name: 'n',
    input: { channels: 3, height: 8, width: 8 },
    layers: [
      { type: 'Conv2d', in: 3, out: 4, kernel: 3, padding: 1, bias: false },
      { type: 'BatchNorm2d', features: 4, eps },
      { type: 'ReLU6' },
      { type: 'AdaptiveAvgPool2d' },
      { type: 'Flatten' },
      { type: 'Linear', in: 4, out: 2 },
    ],
  });
  const directory = mkdtempSync(join(tmpdir(), 'liteblock-'));
  const at = (name: string): string => join(directory, name);
  afterAll(() => rmSync(directory, { recursive: true }));
  beforeAll(() => {
    writeFileSync(at('a.json'), JSON.stringify(network(1e-5)));
    writeFileSync(at('b.json'), JSON.stringify(network(1e-2)));
    const renamed = network(1e-2);
    writeFileSync(
      at('c.json'),
      JSON.stringify({ ...renamed, layers: [{ type: 'Sequential', name: 'features', layers: renamed.layers }] }),
    );
    writeFileSync(
      at('x.npy'),
      npy(
        '<f4',
        [1, 8, 8, 3],
        Float32Array.from({ length: 192 }, (_, i) => ((i * 37) % 41) / 20 - 1),
      ),
    );
  });

  it('of another eps: the layer, the rule, and what the files say', async () => {
    const { status, out } = await cli('diff', at('a.json'), at('b.json'), '--seed', '3', '--input', at('x.npy'));
    expect(status).toBe(1);
    expect(verdictOf(out)[0]).toMatch('node 1 BatchNorm "1"');
    expect(verdictOf(out)[1]).toMatch(/^rule: eps: B has the eps 1e-2 in its batch normalisation; A has the eps 1e-5/);
    expect(out).toContain('the models differ: its eps is 0.00001 in A and 0.01 in B');
  });

  it('of another eps and other names, where it is folded into the convolution', async () => {
    const { out } = await cli('diff', at('a.json'), at('c.json'), '--seed', '3', '--input', at('x.npy'));
    expect(verdictOf(out)[0]).toMatch('node 0 Conv2d "0", its output "2"');
    expect(verdictOf(out)[1]).toMatch(/^rule: eps: B has the eps 1e-2 in its batch normalisation; A has 1e-5/);
    expect(out).toMatch(/the models differ: its weights differ in 108 of 108 values/);
  });
});
