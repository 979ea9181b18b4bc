import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pack } from '../support/packed.ts';
import { root, temporaryFolder } from '../support/runtimes.ts';

/** examples/worker copied to an empty folder, as its README tells, with the package as it would be published. */
const folder = temporaryFolder();
const tarball = temporaryFolder();

beforeAll(() => {
  cpSync(`${root}examples/worker`, folder.path, {
    recursive: true,
    filter: (from) => !/worker\/(models|assets)$|\.wrangler/.test(from),
  });
  const args = ['install', pack(tarball.path), '@jsquash/jpeg@1.6.0', 'fflate@0.8.3'];
  execFileSync('npm', [...args, '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder.path, stdio: 'pipe' });
}, 120_000);

afterAll(() => {
  folder.remove();
  tarball.remove();
});

const node = (...args: string[]) =>
  spawnSync(process.execPath, args, {
    cwd: folder.path,
    encoding: 'utf8',
    env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_LOG_PATH: join(folder.path, 'log') },
  });

it('says that a model has to be given, since the digits network is in the repository alone', () => {
  const { status, stderr } = node('build.mjs');
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(
      /: the digits network is in the repository alone; give a model: node build\.mjs model/,
    ),
  });
});

it.each(['model.tflite', 'model.lbm'])('builds a Worker of a %s of its own', (name) => {
  const digits = `${root}test/data/litenet_digits/litenet_digits_int8.tflite`;
  folder.write('model.tflite', readFileSync(digits));
  if (name === 'model.lbm') {
    const compiled = node('node_modules/.bin/liteblock', 'compile', 'model.tflite', '-o', 'model.lbm');
    expect(compiled).toMatchObject({ status: 0 });
  }
  expect(node('build.mjs', name)).toMatchObject({ status: 0, stderr: '' });
  const wrangler = `${root}node_modules/wrangler/bin/wrangler.js`;
  const built = node(wrangler, 'deploy', '--dry-run', '--outdir', `dist-${name}`);
  expect(built, built.stderr).toMatchObject({ status: 0, stdout: expect.stringContaining('Total Upload') });
  expect(existsSync(join(folder.path, `dist-${name}/worker.js`))).toBe(true);
  expect(
    readdirSync(join(folder.path, `dist-${name}`)).filter((file) => /model\.wasm|model\.bin/.test(file)),
  ).toHaveLength(2);
});
