import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { importFile, importUnlowered } from '../../../src/compiler/import-file.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import { readCheckpoint } from '../../../src/import/pytorch/checkpoint.ts';
import { evaluateFloat } from '../../../src/ops/evaluate-float.ts';
import { floatEngine } from '../../support/float.ts';
import { describeShared } from '../../support/shared-data.ts';
import { expectParity } from '../network-parity.ts';
import { imagesOf } from './nchw.ts';

const hashOf = (values: ArrayBufferView): string =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');

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

  expectParity(`${data}pytorch/`, forms);

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
