import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeBrowsers, reporter } from '../support/browsers.ts';
import { npy } from '../support/npy.ts';
import { pack } from '../support/packed.ts';
import { greyPng, digits as pictures } from '../support/pictures.ts';
import { describeWasm2c, describeWasmtime, root, temporaryFolder } from '../support/runtimes.ts';
import { type Site, serveFolders } from '../support/site.ts';

/** The quick starts of README.md, run in an empty folder with the package as it would be published. */

const readme = readFileSync(`${root}README.md`, 'utf8');
const folder = temporaryFolder();
const data = (name: string): Buffer => readFileSync(`${root}test/data/litenet_digits/${name}`);

/** The commands of a quick start, but for those that a test does in another way. */
function commandsOf(title: string): string[] {
  const section = readme.split(/^###? /m).find((text) => text.startsWith(`${title}\n`)) ?? '';
  const lines = (/```sh\n([\s\S]*?)```/.exec(section)?.[1] ?? '').trim().split('\n');
  expect(lines.length, title).toBeGreaterThan(1);
  expect(lines.length, title).toBeLessThanOrEqual(5);
  return lines;
}

function shell(commands: readonly string[], path: readonly string[] = [], cwd = folder.path): string {
  const env = { ...process.env, PATH: [...path, process.env.PATH].join(delimiter) };
  return execFileSync('sh', ['-ec', commands.join('\n')], {
    cwd,
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const times15 = (bytes: Uint8Array): Uint8Array => bytes.map((value) => value * 15);

beforeAll(() => {
  shell([`npm install ${pack(folder.path)} --prefer-offline --no-audit --no-fund`]);
  const write = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder.path, name), bytes);
  write('model.tflite', data('litenet_digits_int8.tflite'));
  write('labels.txt', 'zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n');
  write('digit.png', greyPng(pictures.pixels(3), 8, 8));
  write('model.pt2', data('litenet_digits.pt2'));
  const calibration = times15(data('calib_images_u8.bin'));
  write('images.npy', npy('|u1', [calibration.length / 64, 8, 8, 1], calibration));
  write('test.npy', npy('|u1', [180, 8, 8, 1], times15(data('test_images_u8.bin'))));
  write('labels.npy', npy('|u1', [180], data('test_labels_u8.bin')));
}, 300_000);

afterAll(() => folder.remove());

it('PyTorch: quantises, evaluates and runs', () => {
  const out = shell(commandsOf('PyTorch'));
  expect(out).toMatch(/same best class as float/);
  expect(out).toMatch(/top-1 +9\d\.\d/);
  expect(out).toContain('digit.png: 3 (');
}, 300_000);

it('TFLite: inspects, compiles and runs', () => {
  expect(shell(commandsOf('TFLite'))).toContain('digit.png: 3 three (');
}, 300_000);

it('the transcript is what the commands print', () => {
  const [, transcript = ''] = /```console\n([\s\S]*?)```/.exec(readme) ?? [];
  const commands = transcript.split('\n').flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []));
  expect(shell(commands.flatMap((command) => [`echo '$ ${command}'`, command]))).toBe(transcript);
}, 300_000);

it('Node: the program writes the file of the command line, byte for byte', () => {
  const section = readme.split(/^### /m).find((text) => text.startsWith('Node\n')) ?? '';
  const [, program = ''] = /```ts\n([\s\S]*?)```/.exec(section) ?? [];
  const compile = /`liteblock (compile .*?)`/.exec(program)?.[1] as string;
  writeFileSync(join(folder.path, 'program.mjs'), program);
  shell(['node program.mjs', 'mv model.lbm program.lbm', `npx liteblock ${compile}`, 'cmp program.lbm model.lbm']);
}, 300_000);

describe('A page', () => {
  it('is served at the next port where one is taken, from PORT on', async () => {
    const taken = createServer().listen(0, 'localhost');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const env = { ...process.env, PORT: `${port}` };
    const server = spawn(process.execPath, [`${root}templates/page/serve.mjs`], { env });
    try {
      const [line] = (await once(server.stdout, 'data')) as [Buffer];
      const given = Number(new URL(`${line}`.trim()).port);
      expect(given).toBeGreaterThan(port);
      expect(given).toBeLessThanOrEqual(port + 20);
    } finally {
      server.kill();
      taken.close();
    }
  });

  it('is served by its own server', async () => {
    const [init = '', cd, start] = commandsOf('A page');
    shell([init]);
    expect([cd, start]).toEqual(['cd my-page', 'npm start']);
    const server = spawn(process.execPath, ['serve.mjs', '0'], { cwd: join(folder.path, 'my-page') });
    try {
      const url = await new Promise<string>((resolve) =>
        server.stdout.once('data', (text) => resolve(`${text}`.trim())),
      );
      const page = await fetch(url);
      expect([page.headers.get('content-type'), (await page.text()).includes('main.js')]).toEqual(['text/html', true]);
      expect((await fetch(new URL('model.lbm', url))).status).toBe(200);
      expect((await fetch(new URL('../package.json', url))).status).toBe(200);
      expect((await fetch(new URL('missing.js', url))).status).toBe(404);
    } finally {
      server.kill();
    }
  }, 300_000);
});

describeBrowsers(
  'the page of init',
  (open) => {
    let site: Site;
    beforeAll(async () => {
      shell(['npx liteblock init page drawn']);
      // The page itself, with a script behind it that draws a one and reports what the page shows.
      const page = readFileSync(join(folder.path, 'drawn/index.html'), 'utf8');
      const draw = `${reporter}
await reportOf(async () => {
  const canvas = document.querySelector('canvas');
  canvas.setPointerCapture = () => {};
  const { left, top } = canvas.getBoundingClientRect();
  const point = (type, x, y) =>
    canvas.dispatchEvent(new PointerEvent(type, { clientX: left + x, clientY: top + y, buttons: 1, pointerId: 1 }));
  for (let wait = 0; wait < 100 && !document.querySelector('li'); wait++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    point('pointerdown', 140, 30);
    for (let y = 30; y <= 226; y += 4) point('pointermove', 140, y);
  }
  return [...document.querySelectorAll('li')].map((item) => item.textContent);
});`;
      writeFileSync(
        join(folder.path, 'drawn/test.html'),
        page.replace('</body>', `<script type="module">${draw}</script></body>`),
      );
      site = await serveFolders([join(folder.path, 'drawn')]);
    }, 300_000);
    afterAll(() => site.close());

    it('names what is drawn', async () => {
      const classes = (await open(`${site.origin}/test.html`)) as string[];
      expect(classes).toHaveLength(5);
      expect(classes[0]).toMatch(/^one: \d/);
    }, 60_000);
  },
  ['Chromium'],
);

it('A Cloudflare Worker: answers an image with its classes', async () => {
  const [init = '', ...rest] = commandsOf('A Cloudflare Worker');
  expect(rest).toEqual(['cd my-worker', 'npm install', 'npm start']);
  shell([init]);
  const worker = join(folder.path, 'my-worker');
  symlinkSync(join(folder.path, 'node_modules'), join(worker, 'node_modules')); // in place of npm install
  const wrangler = createRequire(import.meta.url).resolve('wrangler/package.json');
  execFileSync(
    process.execPath,
    [join(dirname(wrangler), 'bin/wrangler.js'), 'deploy', '--dry-run', '--outdir', 'out'],
    {
      cwd: worker,
      env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_LOG_PATH: join(worker, 'log') },
    },
  );
  const names = readdirSync(join(worker, 'out')).filter((name) => /\.(js|wasm)$/.test(name));
  const modules = names
    .sort((a, b) => Number(b === 'worker.js') - Number(a === 'worker.js'))
    .map((name) => ({
      type: name.endsWith('.js') ? ('ESModule' as const) : ('CompiledWasm' as const),
      path: name,
      contents: readFileSync(join(worker, 'out', name)),
    }));
  const miniflare = new Miniflare({ modules, compatibilityDate: '2026-04-01' });
  try {
    const post = (body: Uint8Array) => miniflare.dispatchFetch('http://worker/', { method: 'POST', body });
    const answer = await post(readFileSync(join(worker, 'image.bin')));
    expect(await answer.json()).toMatchObject([
      { index: 3, label: 'three', score: expect.any(Number) },
      {},
      {},
      {},
      {},
    ]);
    expect((await post(new Uint8Array(3))).status).toBe(400);
    expect((await miniflare.dispatchFetch('http://worker/')).status).toBe(405);
  } finally {
    await miniflare.dispose();
  }
}, 300_000);

describeWasmtime('wasmtime: runs the program of init', ({ command }) => {
  it('prints the classes of its image', () => {
    const out = shell(commandsOf('wasmtime'), [dirname(command[0] as string)]);
    expect(out).toMatch(/3 three/);
  }, 300_000);
});

describeWasm2c('A microcontroller: becomes C', (wasm2c) => {
  it('that the script of the package builds and measures', () => {
    const [, build = ''] = /`(node node_modules\/\S+build\.mjs model\.lbm)`/.exec(readme) ?? [];
    const out = shell([commandsOf('A microcontroller')[0] as string, build], [dirname(wasm2c)]);
    expect(out).toMatch(/text \d+, data \d+, RAM \d+ bytes/);
  }, 300_000);

  it('that a compiler takes', () => {
    shell([...commandsOf('A microcontroller'), 'test -s model.c'], [dirname(wasm2c)]);
    expect(readFileSync(join(folder.path, 'model.c'), 'utf8')).toContain('w2c_');
  }, 300_000);
});
