import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pixelsOfImage } from '../../src/runtime/image/pixels.ts';
import { describeBrowsers, reporter } from '../support/browsers.ts';
import { noise } from '../support/noise.ts';
import { unpackInto } from '../support/packed.ts';
import { temporaryFolder } from '../support/runtimes.ts';
import { type Site, serveFolders } from '../support/site.ts';
import { bundled, expected, inputs, lbm } from './digits.ts';

/** A page without any tool: scripts of the packed package by address. */
const page = (script: string, head = ''): string =>
  `<!doctype html><title>page</title>${head}<script type="module">${script}</script>`;

const preamble = `${reporter}
const inputs = new Int8Array(await (await fetch('./inputs.bin')).arrayBuffer());
const outputsOf = (model) => [...model.run(inputs)[0]];
const refusal = (promise) => promise.then(() => undefined, ({ name, code, message }) => ({ name, code, message }));
const modelUrl = new URL('./digits.lbm', location.href);
`;

const byUrl = `import { load } from './node_modules/liteblock/dist/browser.js';${preamble}
await reportOf(async () => {
  const model = await load(modelUrl);
  return { outputs: outputsOf(model), tier: model.tier };
});`;

/** Opaque, as a canvas may change what lies under alpha; it fits into a new one, which has 300×150 pixels. */
const picture = {
  data: noise(41 * 67 * 4, 7).map((value, i) => (i % 4 === 3 ? 255 : value)),
  width: 41,
  height: 67,
};

const pages: Readonly<Record<string, string>> = {
  'url.html': page(byUrl),
  'map.html': page(
    byUrl.replace('./node_modules/liteblock/dist/browser.js', 'liteblock'),
    '<script type="importmap">{ "imports": { "liteblock": "./node_modules/liteblock/dist/browser.js" } }</script>',
  ),
  'sources.html': page(`import { load } from './node_modules/liteblock/dist/browser.js';${preamble}
await reportOf(async () => {
  const bytes = await (await fetch(modelUrl)).arrayBuffer();
  const bundle = new URL('./digits.wasm', location.href);
  const sources = {
    Response: await fetch(modelUrl),
    ArrayBuffer: bytes,
    Uint8Array: new Uint8Array(bytes),
    'bundle by URL': bundle,
    'WebAssembly.Module': await WebAssembly.compileStreaming(fetch(bundle)),
  };
  const results = {};
  for (const [kind, source] of Object.entries(sources)) results[kind] = outputsOf(await load(source));
  return results;
});`),
  'profile.html': page(`import { load } from './node_modules/liteblock/dist/browser.js';${preamble}
await reportOf(async () => {
  const { runs, minMs, stages } = (await load(modelUrl)).profile({ milliseconds: 200 });
  return [runs > 1, minMs > 0, stages.length > 5, stages.every(({ ms }) => ms >= 0)];
});`),
  'scalar.html': page(`import { load } from './node_modules/liteblock/dist/browser.js';${preamble}
await reportOf(async () => {
  const model = await load(modelUrl, { tier: 'scalar' });
  return { outputs: outputsOf(model), tier: model.tier };
});`),
  'errors.html': page(`import { load } from './node_modules/liteblock/dist/browser.js';${preamble}
await reportOf(async () => ({
  html: await refusal(load(new URL('./no-such.lbm', location.href))),
  response: await refusal(load(await fetch('./no-such.lbm'))),
  path: await refusal(load('digits.lbm')),
  unreachable: await refusal(load(new URL('http://127.0.0.1:1/digits.lbm'))),
}));`),
  'progress.html': page(`import { load } from './node_modules/liteblock/dist/browser.js';${preamble}
await reportOf(async () => {
  const calls = [];
  await load(modelUrl, { onProgress: (...call) => calls.push(call) });
  return calls;
});`),
  'image.html': page(`import { inputOfImage, load } from './node_modules/liteblock/dist/browser.js';${preamble}
await reportOf(async () => {
  const model = await load(modelUrl);
  const context = document.createElement('canvas').getContext('2d');
  const image = context.createImageData(${picture.width}, ${picture.height});
  image.data.set(${JSON.stringify([...picture.data])});
  context.putImageData(image, 0, 0);
  return [...inputOfImage(model, context.getImageData(0, 0, image.width, image.height))];
});`),
  'worker.html': page(`import { loadInWorker } from './node_modules/liteblock/dist/worker.js';${preamble}
await reportOf(async () => {
  const calls = [];
  const model = await loadInWorker(modelUrl, { onProgress: (...call) => calls.push(call) });
  const runs = await Promise.all([model.run(inputs), model.run(inputs.slice(64))]);
  const wrong = await refusal(model.run(new Int8Array(63)));
  const scalar = await loadInWorker(await fetch(modelUrl), { tier: 'scalar' });
  const { runs: timed, minMs, stages } = await model.profile(inputs.slice(0, 64), { milliseconds: 60 });
  const fromBytes = new Uint8Array(await (await fetch(modelUrl)).arrayBuffer());
  const own = await loadInWorker(fromBytes, { worker: new Worker('./node_modules/liteblock/dist/worker-thread.js') });
  const bundle = await loadInWorker(new URL('./digits.wasm', location.href));
  const result = {
    outputs: [...runs[0][0]],
    later: [...runs[1][0]],
    inputs: inputs.length,
    profile: [timed > 1, minMs > 0, stages.length > 5, stages.every(({ ms }) => ms >= 0)],
    last: calls.at(-1),
    facts: [model.name, model.tier, model.inputs[0].shape, model.ramBytes > 0],
    wrong,
    scalar: [scalar.tier, ...(await scalar.run(inputs))[0]],
    own: [fromBytes.length, ...(await own.run(inputs))[0]],
    bundle: [...(await bundle.run(inputs))[0]],
    html: await refusal(loadInWorker(new URL('./no-such.lbm', location.href))),
    ram: await refusal(loadInWorker(modelUrl, { ramBytes: 10 })),
  };
  const running = refusal(model.run(inputs));
  model.dispose();
  for (const other of [scalar, own, bundle]) other.dispose();
  return { ...result, running: await running, disposed: await refusal(model.run(inputs)) };
});`),
  'ended.html': page(`import { loadInWorker } from './node_modules/liteblock/dist/worker.js';${preamble}
const thread = () => new Worker('./node_modules/liteblock/dist/worker-thread.js');
const many = new Int8Array(64 * 400_000);
await reportOf(async () => {
  const [mine, theirs] = [thread(), thread()];
  const [first, second] = [await loadInWorker(modelUrl, { worker: mine }), await loadInWorker(modelUrl, { worker: theirs })];
  const waits = [refusal(first.run(many)), refusal(second.run(many))];
  mine.terminate();
  // As the browser does it, which asks no object of the page.
  Worker.prototype.terminate.call(theirs);
  const detached = new Int8Array(64);
  structuredClone(detached, { transfer: [detached.buffer] });
  const third = await loadInWorker(modelUrl);
  const shares = [];
  await third.profile({ milliseconds: 50, onProgress: (share) => shares.push(share) });
  return {
    waits: await Promise.all(waits),
    later: await refusal(first.run(inputs)),
    missing: (await refusal(loadInWorker(modelUrl, { worker: new Worker('./no-such-worker.js') }))).code,
    detached: await refusal(third.run(detached)),
    shares: [shares.length > 0, shares.at(-1)],
    disposed: await refusal(third.profile({ onProgress: () => third.dispose() })),
  };
});`),
  'smooth.html': page(`import { loadInWorker } from './node_modules/liteblock/dist/worker.js';${preamble}
await reportOf(async () => {
  const model = await loadInWorker(modelUrl);
  const many = new Int8Array(inputs.length * 20);
  for (let i = 0; i < 20; i++) many.set(inputs, i * inputs.length);
  let done = false;
  let turns = 0;
  const run = model.run(many).finally(() => { done = true; });
  while (!done) { await new Promise((resolve) => setTimeout(resolve)); turns++; }
  return { images: (await run)[0].length / 10, turns };
});`),
  'blocked.html': page(
    `import { loadInWorker } from './node_modules/liteblock/dist/worker.js';${preamble}
await reportOf(() => refusal(loadInWorker(modelUrl)));`,
    '<meta http-equiv="content-security-policy" content="worker-src \'self\'">',
  ),
};

const folder = temporaryFolder();
let site: Site;

beforeAll(async () => {
  unpackInto(folder.path);
  for (const [name, html] of Object.entries(pages)) writeFileSync(join(folder.path, name), html);
  folder.write('digits.lbm', lbm);
  folder.write('digits.wasm', bundled);
  folder.write('inputs.bin', inputs);
  site = await serveFolders([folder.path]);
});

afterAll(() => {
  site.close();
  rmSync(folder.path, { recursive: true });
});

/** What the package was asked for, apart from the pages' own files. */
const scripts = (log: readonly string[]): string[] => log.filter((path) => path.startsWith('/node_modules/'));

describeBrowsers('a page without tools', (open) => {
  it.each(['url.html', 'map.html'])('%s: loads by address, with one script and the model alone', async (name) => {
    const from = site.log.length;
    expect(await open(`${site.origin}/${name}`)).toEqual({ outputs: expected, tier: 'simd' });
    const log = site.log.slice(from).filter((path) => path !== '/favicon.ico');
    expect(log.sort()).toEqual(
      [`/${name}`, '/digits.lbm', '/inputs.bin', '/node_modules/liteblock/dist/browser.js'].sort(),
    );
  });

  it('times a model, however coarse the clock', async () => {
    expect(await open(`${site.origin}/profile.html`)).toEqual([true, true, true, true]);
  });

  it('loads an answer, bytes, and a bundle', async () => {
    const results = (await open(`${site.origin}/sources.html`)) as Record<string, number[]>;
    const kinds = ['Response', 'ArrayBuffer', 'Uint8Array', 'bundle by URL', 'WebAssembly.Module'];
    expect(results).toEqual(Object.fromEntries(kinds.map((kind) => [kind, expected])));
  });

  it('gives the same bytes without SIMD; that engine is a second script', async () => {
    const from = site.log.length;
    expect(await open(`${site.origin}/scalar.html`)).toEqual({ outputs: expected, tier: 'scalar' });
    expect(scripts(site.log.slice(from))).toEqual([
      '/node_modules/liteblock/dist/browser.js',
      '/node_modules/liteblock/dist/engine.scalar.js',
    ]);
  });

  it('names the address where a page came in place of a model', async () => {
    const errors = (await open(`${site.origin}/errors.html`)) as Record<string, { code: string; message: string }>;
    const html = {
      name: 'LiteBlockError',
      code: 'file-invalid',
      message: `${site.origin}/no-such.lbm: expected a .lbm, got an HTML page (it begins "<!DOCTYPE html> <title>N")`,
    };
    expect(errors.html).toEqual(html);
    expect(errors.response).toEqual(html);
    expect(errors.path?.message).toBe(
      'digits.lbm: this host reads no files by path; give a URL, a Response or the bytes',
    );
    expect(errors.unreachable?.message).toMatch(/^http:\/\/127\.0\.0\.1:1\/digits\.lbm: it could not be fetched: /);
  });

  it('makes of a canvas the input that the command line makes of a picture', async () => {
    const pixels = pixelsOfImage(picture, [8, 8, 1]);
    expect(await open(`${site.origin}/image.html`)).toEqual(Array.from(pixels, (pixel) => pixel - 128));
  });

  it('reports how far the download is', async () => {
    const calls = (await open(`${site.origin}/progress.html`)) as [number, number][];
    expect(calls[0]).toEqual([0, lbm.length]);
    expect(calls.at(-1)).toEqual([lbm.length, lbm.length]);
  });

  it('runs a model in a worker: the same bytes and the same errors', async () => {
    const from = site.log.length;
    const result = (await open(`${site.origin}/worker.html`)) as Record<string, unknown>;
    const error = (code: string, message: unknown) => ({ name: 'LiteBlockError', code, message });
    expect(result).toEqual({
      outputs: expected,
      later: expected.slice(10),
      inputs: inputs.length, // the page's own, not handed over
      last: [lbm.length, lbm.length],
      facts: [expect.any(String), 'simd', [1, 8, 8, 1], true],
      profile: [true, true, true, true],
      wrong: error('input', expect.stringMatching(/expected 64 values for each image, got 63/)),
      scalar: ['scalar', ...expected],
      own: [lbm.length, ...expected],
      bundle: expected,
      html: error(
        'file-invalid',
        expect.stringMatching(`^${site.origin}/no-such.lbm: expected a .lbm, got an HTML page`),
      ),
      ram: error('ram-exceeded', expect.stringMatching(`^${site.origin}/digits.lbm: needs [0-9]+ bytes of RAM`)),
      running: error('disposed', expect.stringMatching('the model was disposed of')),
      disposed: error('disposed', expect.stringMatching('the model was disposed of')),
    });
    expect(scripts(site.log.slice(from))).toEqual(
      ['worker.js', 'engine.scalar.js', 'worker-thread.js'].map((name) => `/node_modules/liteblock/dist/${name}`),
    );
  });

  it('notices a worker that was terminated from outside', async () => {
    const result = (await open(`${site.origin}/ended.html`)) as Record<string, unknown>;
    const ended = { name: 'LiteBlockError', code: 'engine' };
    expect(result).toEqual({
      waits: [
        { ...ended, message: 'worker: it was terminated; load the model again' },
        { ...ended, message: 'worker: it ended before the model was disposed of; load the model again' },
      ],
      later: { ...ended, message: 'worker: it was terminated; load the model again' },
      missing: 'engine',
      detached: {
        ...ended,
        code: 'input',
        message: expect.stringMatching(/^run: input 0: its buffer was transferred/),
      },
      shares: [true, 1],
      disposed: { ...ended, code: 'disposed', message: expect.stringContaining('disposed of') },
    });
  });

  it('goes on with its own work while a worker runs', async () => {
    const { images, turns } = (await open(`${site.origin}/smooth.html`)) as { images: number; turns: number };
    expect(images).toBe(3600);
    expect(turns).toBeGreaterThan(1);
  });

  it('reports that the page may not start a worker', async () => {
    expect(await open(`${site.origin}/blocked.html`)).toMatchObject({
      code: 'engine',
      message: expect.stringMatching(/^worker: .*could not be started/),
    });
  });
});
