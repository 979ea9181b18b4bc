import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { importFile, importUnlowered } from '../../../src/compiler/import-file.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import { readCheckpoint } from '../../../src/import/pytorch/checkpoint.ts';
import { evaluateFloat } from '../../../src/ops/evaluate-float.ts';
import { floatEngine } from '../../support/float.ts';
import { describeShared } from '../../support/shared-data.ts';
import { imagesOf, relativeError } from './nchw.ts';

const hashOf = (values: ArrayBufferView): string =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');

/** Against the largest value of PyTorch's outputs. */
const tolerance = 1e-4;
const forms = [
  ['litenet', 'litenet.pt2', 48],
  ['litenet', 'litenet.torch26.pt2', 48],
  ['mobilenet_v2_035', 'mobilenet_v2_035.pt2', 96],
  ['mobilenet_v2_035', 'mobilenet_v2_035.torch26.pt2', 96],
  ['shufflenet_v2_x0_5', 'shufflenet_v2_x0_5.pt2', 96],
  ['efficientnet_025', 'efficientnet_025.pt2', 96],
] as const;

describeShared('networks of PyTorch as .pt2', (data) => {
  const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${data}pytorch/${name}`));
  const reals = (name: string): Float32Array => new Float32Array(bytesOf(name).buffer);

  it.each(forms)('%s gives the outputs of PyTorch: %s', async (name, file, size) => {
    const graph = await importFile(bytesOf(file), file);
    const images = imagesOf(reals(`${name}.in.f32.bin`), [8, 3, size, size]);
    const theirs = reals(`${name}.out.f32.bin`);
    const run = (await floatEngine())(graph);
    const ours = images.flatMap((image) => [...run([image])[0]]);
    expect(ours.length).toBe(theirs.length);
    expect(relativeError(ours, theirs)).toBeLessThan(tolerance);
  });

  it.each(forms)('%s is no network whose constant answer would pass: %s', (name) => {
    const theirs = reals(`${name}.out.f32.bin`);
    const classes = theirs.length / 8;
    const mean = Array.from({ length: classes }, (_, k) =>
      Array.from({ length: 8 }, (_, i) => theirs[i * classes + k] / 8).reduce((sum, value) => sum + value, 0),
    );
    const constant = Array.from(theirs, (_, i) => mean[i % classes]);
    expect(relativeError(constant, theirs)).toBeGreaterThan(100 * tolerance);
  });

  it.each(forms)('%s has no transpose and no reshape of a map left: %s', async (_, file) => {
    const { nodes } = await importFile(bytesOf(file), file);
    expect(nodes.filter(({ op }) => op.type === 'Transpose' || op.type === 'Reshape')).toEqual([]);
  });

  it.each(['litenet', 'mobilenet_v2_035'])('%s has the same graph and weights in both archives', async (name) => {
    const facts = ({ tensors, nodes }: Graph) => ({
      nodes: nodes.map(({ name: path, op, attributes, blocks }) => ({ path, type: op.type, attributes, blocks })),
      weights: tensors.flatMap(({ shape, data: values }) => (values ? [{ shape, bytes: hashOf(values) }] : [])),
    });
    const [today, before] = await Promise.all(
      [`${name}.pt2`, `${name}.torch26.pt2`].map((file) => importUnlowered(bytesOf(file), name)),
    );
    expect(facts(today)).toEqual(facts(before));
  });

  it.each(['litenet', 'mobilenet_v2_035', 'shufflenet_v2_x0_5', 'efficientnet_025'])(
    '%s has the tensors of its state_dict',
    async (name) => {
      const tensors = readCheckpoint(bytesOf(`${name}.pt`), name);
      const graph = await importUnlowered(bytesOf(`${name}.pt2`), name);
      const own = graph.tensors.filter((tensor) => tensor.data && tensors.has(tensor.name));
      const used = [...tensors].filter(([key]) => !key.endsWith('num_batches_tracked'));
      expect(own.length).toBe(used.length);
      const sorted = (values: ArrayLike<number>) => hashOf(Float32Array.from(values).sort());
      for (const tensor of own) {
        expect(sorted(tensor.data as Float32Array)).toBe(sorted(tensors.get(tensor.name)?.data ?? []));
      }
    },
  );

  it('names nodes by their modules, inside the blocks of the network', async () => {
    const { nodes } = await importFile(bytesOf('litenet.torch26.pt2'), 'litenet.pt2');
    expect(nodes.map(({ name }) => name).slice(0, 5)).toEqual([
      'stem.0',
      'blocks.0.conv1.0',
      'blocks.0.conv1.3',
      'blocks.0.shortcut.0',
      'blocks.0.add',
    ]);
    expect(nodes[4].blocks).toEqual([{ path: 'blocks.0', type: 'LiteBlock' }]);
    expect(nodes.at(-1)?.blocks).toBeUndefined();
  });

  it('is computed by the plain definitions as by the engine', async () => {
    const graph = await importFile(bytesOf('litenet.pt2'), 'litenet.pt2');
    const [image] = imagesOf(reals('litenet.in.f32.bin'), [8, 3, 48, 48]);
    expect(evaluateFloat(graph)([image])).toEqual((await floatEngine())(graph)([image]));
  });
});
