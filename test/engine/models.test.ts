import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Compiled, compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { arenaOf, loaded, pushRows, raw, runBatch, tiers } from '../support/engine.ts';
import { referenceModels } from '../support/reference-models.ts';
import { describeShared } from '../support/shared-data.ts';

describeShared('every case of the ten models gives the bytes of TFLite', (data) => {
  const models = referenceModels(data);

  it('there are 118 of them, and two packed sets', () => {
    expect(models.length).toBe(10);
    expect(models.flatMap(({ cases }) => cases).length).toBe(118 + 2);
  });

  describe.each(models)('$id', ({ id, path, macs, cases }) => {
    let compiled: Compiled;
    beforeAll(() => {
      compiled = compile(importModel(readFileSync(path), id));
    });

    it('has the multiply-accumulates of the manifest', () => {
      const { stages } = compiled.model.metadata;
      expect(stages.reduce((sum, stage) => sum + stage.macs, 0)).toBe(macs);
    });

    describe.each(tiers)('%s', (tier) => {
      it.each(cases)('$name', ({ inputs, outputs }) => {
        const results = runBatch(
          tier,
          compiled.bytes,
          inputs.map((file) => readFileSync(file)),
        );
        outputs.forEach((file, i) => {
          expect(Buffer.compare(results[i] as Uint8Array, readFileSync(file))).toBe(0);
        });
      });
    });
  });
});

interface Layer {
  readonly file: string;
  readonly name: string;
  readonly op: string;
  readonly op_index: number;
}

/** A tensor's bytes without padding columns, from a plan that keeps every tensor. */
function tensorBytes(arena: Uint8Array, compiled: Compiled, id: number): Uint8Array {
  const operand = compiled.model.operands[compiled.plan.operandOf[id] as number];
  if (!operand) throw new Error(`tensor ${id} has no operand`);
  const { address, rowBytes, height, width, channels, origin } = operand;
  const bytes = new Uint8Array(height * width * channels);
  for (let row = 0; row < height; row++) {
    const at = address + row * rowBytes + origin;
    bytes.set(arena.subarray(at, at + width * channels), row * width * channels);
  }
  return bytes;
}

/** The first dumped layer whose bytes differ, by name; undefined when all agree. */
function firstDifference(
  tier: 'simd' | 'scalar',
  graph: Graph,
  layers: readonly Layer[],
  read: (file: string) => Buffer,
): { compared: number; differs: string | undefined } {
  const compiled = compile(graph, { keep: 'all' });
  const engine = loaded(tier, compiled.bytes);
  const input = layers.find(({ op }) => op === 'INPUT') as Layer;
  pushRows(engine, 0, raw(read(input.file)), 0, engine.inputRows(0));
  expect(engine.run()).toBe(0);
  const arena = arenaOf(engine);
  let compared = 0;
  for (const layer of layers) {
    const id = graph.tensors.findIndex(({ name, data }) => name === layer.name && !data);
    if (id < 0) continue;
    compared++;
    if (!Buffer.from(tensorBytes(arena, compiled, id)).equals(read(layer.file))) {
      return { compared, differs: `op ${layer.op_index} ${layer.op} "${layer.name}"` };
    }
  }
  return { compared, differs: undefined };
}

describeShared('per-layer dumps agree', (data) => {
  const folder = `${data}tflite/`;
  describe.each(['kws_ref_model', 'pretrainedResnet_quant', 'vww_96_int8'])('%s', (id) => {
    const { model, layers } = JSON.parse(readFileSync(`${folder}${id}/perlayer/index.json`, 'utf8')) as {
      model: string;
      layers: Layer[];
    };
    const graph = importModel(readFileSync(folder + model), id);

    it.each(tiers)('on the %s tier, every layer', (tier) => {
      const { compared, differs } = firstDifference(tier, graph, layers, (file) => readFileSync(folder + file));
      expect(differs).toBeUndefined();
      expect(compared).toBe(layers.length);
    });

    it('and a layer that differs is named', () => {
      const last = layers.at(-1) as Layer;
      const corrupt = (file: string): Buffer => {
        const bytes = readFileSync(folder + file);
        if (file === last.file) bytes[0] = (bytes[0] as number) ^ 1;
        return bytes;
      };
      expect(firstDifference('simd', graph, layers, corrupt).differs).toContain(last.name);
    });
  });
});
