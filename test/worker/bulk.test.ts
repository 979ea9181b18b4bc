import type { Readable } from 'node:stream';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildWorker, compatibilityDate } from '../../scripts/worker.mjs';
import { classOf, digits, greyPng } from '../support/pictures.ts';

/** examples/worker/bulk on miniflare's queue and R2. */

/**
 * Every third image's result cannot be stored at first, the first listing is broken off half-way, and the first answer of
 * the bucket for every fifth image is an error.
 */
const flaky = `
  import worker from './worker.js';
  const seen = new Set();
  const once = (what) => !seen.has(what) && seen.add(what);
  const failing = (target, method, when) => new Proxy(target, {
    get: (object, name) => name !== method
      ? typeof object[name] === 'function' ? object[name].bind(object) : object[name]
      : async (...args) => {
          if (when(...args)) {
            failures++;
            throw new Error(method + ' failed, as it may');
          }
          return object[method](...args);
        },
  });
  const numberIn = (key) => Number(/\\d+/.exec(key)?.[0]);
  let sends = 0;
  let failures = 0;
  export default {
    fetch: (request, env) => request.url.endsWith('/failures') ? Response.json(failures) : worker.fetch(request, env),
    queue: (batch, env) => worker.queue(batch, {
      IMAGES: failing(env.IMAGES, 'get', (key) => numberIn(key) % 5 === 0 && once('get ' + key)),
      RESULTS: failing(env.RESULTS, 'put', (key) => numberIn(key) % 3 === 0 && once('put ' + key)),
      QUEUE: failing(env.QUEUE, 'sendBatch', () => ++sends === 2),
    }),
  };
`;

/** Of R2, what is used here. */
interface Bucket {
  put(key: string, body: Uint8Array, options: { httpMetadata: { contentType: string } }): Promise<unknown>;
  list(): Promise<{ objects: { key: string }[] }>;
  get(key: string): Promise<{ json(): Promise<unknown> } | null>;
}

let cloud: Miniflare;
const bucketOf = async (name: string) => (await cloud.getR2Bucket(name)) as unknown as Bucket;

beforeAll(async () => {
  const { modules } = buildWorker('bulk', { bulk: true });
  cloud = new Miniflare({
    modules: [{ type: 'ESModule', path: 'flaky.js', contents: flaky }, ...modules],
    compatibilityDate,
    r2Buckets: ['IMAGES', 'RESULTS'],
    queueProducers: { QUEUE: 'images' },
    queueConsumers: {
      images: { maxBatchSize: 50, maxBatchTimeout: 0.1, maxRetries: 5, deadLetterQueue: 'failed' },
    },
    // The failures above, which the worker reports.
    handleRuntimeStdio: (...streams: Readable[]) => {
      for (const stream of streams) stream.resume();
    },
  });
  await cloud.ready;
});
afterAll(() => cloud.dispose());

async function resultsOf(count: number): Promise<Map<string, { labels?: { index: number }[]; code?: string }>> {
  const bucket = await bucketOf('RESULTS');
  for (;;) {
    const { objects } = await bucket.list();
    if (objects.length >= count) {
      const entries = objects.map(async ({ key }) => [key, await (await bucket.get(key))?.json()] as const);
      return new Map(await Promise.all(entries)) as Awaited<ReturnType<typeof resultsOf>>;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

it('classifies every image of a prefix through failures, and says of the others why not', async () => {
  const images = await bucketOf('IMAGES');
  const all = Array.from({ length: digits.count }, (_, i) => i);
  const put = (key: string, body: Uint8Array, contentType: string) =>
    images.put(key, body, { httpMetadata: { contentType } });
  for (const i of all) await put(`digits/${i}.png`, greyPng(digits.pixels(i), 8, 8), 'image/png');
  await put('digits/no-picture.png', new Uint8Array(100), 'image/png');
  await put('digits/text', new Uint8Array(100), 'text/plain');
  await put('others/1.png', greyPng(digits.pixels(1), 8, 8), 'image/png');

  const response = await cloud.dispatchFetch('http://bulk/?prefix=digits/', { method: 'POST' });
  expect([response.status, await response.json()]).toEqual([202, { started: 'digits/' }]);

  const results = await resultsOf(all.length + 2);
  expect(results.size).toBe(all.length + 2);
  expect(await (await cloud.dispatchFetch('http://bulk/failures')).json()).toBe(60 + 36 + 1);
  expect(all.map((i) => results.get(`digits/${i}.png.json`)?.labels?.[0]?.index)).toEqual(
    all.map((i) => classOf(digits.reference(i))),
  );
  expect(results.get('digits/no-picture.png.json')?.code).toBe('damaged');
  expect(results.get('digits/text.json')?.code).toBe('type');
});

it('starts by POST alone', async () => {
  expect((await cloud.dispatchFetch('http://bulk/')).status).toBe(405);
  expect((await cloud.dispatchFetch('http://bulk/elsewhere', { method: 'POST' })).status).toBe(404);
});
