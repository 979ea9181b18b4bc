import { statSync } from 'node:fs';
import { unbundle } from '../../bundle/unbundle.ts';
import { isWasm } from '../../bundle/wasm.ts';
import { importFile, importUnlowered } from '../../compiler/import-file.ts';
import { importNetwork, importSeeded } from '../../compiler/import-network.ts';
import { LiteBlockError } from '../../format/errors.ts';
import type { ModelFile } from '../../format/model-file.ts';
import { readModel } from '../../format/read.ts';
import type { Graph } from '../../graph/graph.ts';
import { readWeights } from '../../import/read-weights.ts';
import { type FloatGraphs, isRunnable } from '../../jobs/diff/run-float.ts';
import { modelKind } from '../../jobs/model-kind.ts';
import { networkGraph } from '../../network/network-graph.ts';
import { parseNetwork } from '../../network/parse.ts';
import { seededWeights } from '../../network/seeded-weights.ts';
import { lower } from '../../passes/lower.ts';
import { importOptions, type ShapeOptions } from '../options/shapes.ts';
import type { WeightOptions } from './float-model.ts';
import { readBytes } from './load-model.ts';

/** What a side is read with. */
export type SideOptions = WeightOptions & Pick<ShapeOptions, 'signature' | 'onNote'>;

/** A or B of `diff`. */
export type Side =
  | { readonly kind: 'dumps'; readonly path: string }
  | { readonly kind: 'int8'; readonly path: string; readonly graph: Graph }
  | { readonly kind: 'lbm'; readonly path: string; readonly bytes: Uint8Array; readonly file: ModelFile }
  | ({ readonly kind: 'float'; readonly path: string } & FloatGraphs);

/** A model by its first bytes, or a folder of dumps. Throws what importModel throws, and usage for weights that are missing. */
export async function openSide(path: string, weights: SideOptions): Promise<Side> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return { kind: 'dumps', path };
  const source = await readBytes(path);
  const bytes = isWasm(source) ? unbundle(source, path).bytes : source;
  const kind = modelKind(bytes, path);
  if (kind === 'network') return openNetwork(path, new TextDecoder().decode(bytes), weights);
  if (kind === 'lbm') return { kind, path, bytes, file: readModel(bytes, path) };
  if (kind === 'int8') return { kind, path, graph: await importFile(bytes, path, importOptions(path, weights)) };
  const original = await importUnlowered(bytes, path, importOptions(path, weights));
  const graph = lower(original);
  return isRunnable(graph) ? { kind, path, ...runnable(original, graph) } : { kind: 'int8', path, graph };
}

async function openNetwork(path: string, json: string, { weights, seed, onNote }: WeightOptions): Promise<Side> {
  const network = parseNetwork(json, path);
  if (weights !== undefined) {
    const bytes = await readBytes(weights);
    const original = networkGraph(network, readWeights(bytes, weights), path, { weightsSource: weights });
    const lowered = importNetwork(network, bytes, { source: path, weightsSource: weights, onNote });
    return { kind: 'float', path, ...runnable(original, lowered) };
  }
  if (seed === undefined) {
    throw new LiteBlockError(
      'usage',
      `${path}: a network.json has no weights: give --weights FILE.safetensors (--weights-b for B), or --seed N for random ones`,
    );
  }
  const original = networkGraph(network, seededWeights(network, seed), path);
  return { kind: 'float', path, ...runnable(original, importSeeded(network, seed, { source: path })) };
}

const runnable = (original: Graph, lowered: Graph): FloatGraphs => ({
  original: isRunnable(original) ? original : lowered,
  lowered,
});
