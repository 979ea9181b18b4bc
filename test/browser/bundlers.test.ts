import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { createServer, build as viteBuild } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import webpack from 'webpack';
import { describeBrowsers, reporter } from '../support/browsers.ts';
import { unpackInto } from '../support/packed.ts';
import { temporaryFolder } from '../support/runtimes.ts';
import { serveFolders } from '../support/site.ts';
import { expected, inputs, lbm } from './digits.ts';

/** An app as one writes it: nothing in it is for a bundler. */
const app = `import { load } from 'liteblock';
import { loadInWorker } from 'liteblock/worker';
${reporter}
reportOf(async () => {
  const address = new URL('./digits.lbm', document.baseURI);
  const inputs = new Int8Array(await (await fetch('./inputs.bin')).arrayBuffer());
  const [simd, scalar] = [await load(address), await load(address, { tier: 'scalar' })];
  const worker = await loadInWorker(address);
  const results = [simd.run(inputs), scalar.run(inputs), await worker.run(inputs)];
  worker.dispose();
  return results.map(([outputs]) => [...outputs]);
});
`;

const html = (script: string): string =>
  `<!doctype html><title>app</title><script type="module" src="${script}"></script>`;

const folder = temporaryFolder();
const inFolder = (name: string): string => join(folder.path, name);

beforeAll(() => {
  unpackInto(folder.path);
  folder.write('package.json', Buffer.from('{ "type": "module", "private": true }'));
  folder.write('app.js', Buffer.from(app));
  folder.write('index.html', Buffer.from(html('/app.js')));
  folder.write('bundled.html', Buffer.from(html('./main.js')));
  folder.write('digits.lbm', lbm);
  folder.write('inputs.bin', inputs);
});

afterAll(() => folder.remove());

const webpackBuild = (mode: 'development' | 'production', out: string): Promise<void> =>
  new Promise((resolve, reject) => {
    webpack(
      { mode, context: folder.path, entry: './app.js', output: { path: inFolder(out), filename: 'main.js' } },
      (error, stats) => {
        if (error) reject(error);
        else if (stats?.hasErrors()) reject(new Error(stats.toString()));
        else resolve();
      },
    );
  });

const esbuildBuild = (out: string, splitting: boolean): Promise<unknown> =>
  esbuild({
    absWorkingDir: folder.path,
    entryPoints: { main: './app.js' },
    outdir: out,
    bundle: true,
    minify: true,
    format: 'esm',
    splitting,
    logLevel: 'error',
  });

const vite = (out: string) =>
  viteBuild({ root: folder.path, base: './', configFile: false, logLevel: 'error', build: { outDir: out } });

/** Nothing of the compiler may be in what a page downloads. */
const compilerWords = /flatbuffer|TFL3_|CONV_2D|quantization-aware|importModel|planArena|DEPTHWISE/;

describeBrowsers(
  'an app that imports liteblock',
  (open) => {
    const opened = async (out: string, page: string): Promise<unknown> => {
      const site = await serveFolders([inFolder(out), folder.path]);
      try {
        return await open(`${site.origin}/${page}`);
      } finally {
        site.close();
      }
    };
    const same = [expected, expected, expected];
    const scriptsOf = (out: string): string =>
      readdirSync(inFolder(out), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.js'))
        .map((name) => readFileSync(join(inFolder(out), name), 'utf8'))
        .join('\n');

    it.each([
      ['esbuild', (out: string) => esbuildBuild(out, false)],
      ['esbuild in pieces', (out: string) => esbuildBuild(out, true)],
      ['webpack for production', (out: string) => webpackBuild('production', out)],
      ['webpack for development', (out: string) => webpackBuild('development', out)],
      ['vite', vite],
    ])('%s: needs no configuration', async (name, build) => {
      const out = name.replaceAll(' ', '-');
      await build(out);
      expect(await opened(out, name === 'vite' ? 'index.html' : 'bundled.html')).toEqual(same);
      expect(scriptsOf(out)).not.toMatch(compilerWords);
    });

    it("vite's development server: needs no configuration", async () => {
      const server = await createServer({
        root: folder.path,
        configFile: false,
        logLevel: 'error',
        server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
      });
      await server.listen();
      try {
        expect(await open(`${server.resolvedUrls?.local[0]}index.html`)).toEqual(same);
      } finally {
        await server.close();
      }
    });
  },
  ['Chromium'],
);
