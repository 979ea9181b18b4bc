import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildWorker, compatibilityDate } from '../../scripts/worker.mjs';
import { compile } from '../../src/compiler/compile.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { temporaryFolder } from '../support/runtimes.ts';
import { streamGraph } from '../support/stream-graph.ts';

/** examples/worker with a model that gives its last input and this one. The first value of its variable is 3. */

const folder = temporaryFolder();
let worker: Miniflare;

beforeAll(async () => {
  const { bytes } = compile(streamGraph({ kept: 1, channels: 1 }), { evaluate: evaluateQuantized });
  const { modules, assets } = buildWorker('state', { model: folder.write('stream.lbm', bytes) });
  worker = new Miniflare({
    ...{ name: 'worker', modules, compatibilityDate },
    assets: { directory: assets, binding: 'ASSETS', routerConfig: { has_user_worker: true } },
  });
  await worker.ready;
}, 120_000);
afterAll(async () => {
  folder.remove();
  await worker.dispose();
});

/** The scores of one request, in the order of the output's values. */
async function post(path: string, value: number): Promise<number[]> {
  const headers = { 'content-type': 'application/octet-stream' };
  const response = await worker.dispatchFetch(`http://worker${path}`, {
    ...{ method: 'POST', headers, body: Uint8Array.of(value) },
  });
  const { labels } = (await response.json()) as { labels: readonly { index: number; score: number }[] };
  return [...labels].sort((a, b) => a.index - b.index).map(({ score }) => score);
}

it.each(['/', '/bundle', '/data', '/asset'])('no request to %s sees what another one left', async (path) => {
  const alone = await post(path, 9);
  expect(alone).toHaveLength(2);
  expect(alone[0]).not.toBe(alone[1]); // 3, as after a reset, and 9
  const [, other] = await Promise.all([post(path, 60), post(path, 9), post(path, 70)]);
  expect(other).toEqual(alone);
  expect(await post(path, 9)).toEqual(alone);
});
