import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { sep } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { expectGolden } from '../support/golden.ts';
import { pack } from '../support/packed.ts';
import { root, temporaryFolder } from '../support/runtimes.ts';

const folder = temporaryFolder();
const tarball = pack(folder.path);
const files = execFileSync('tar', ['tzf', tarball], { encoding: 'utf8' })
  .trim()
  .split('\n')
  .map((name) => name.replace(/^package\//, ''))
  .sort();

afterAll(() => folder.remove());

/** dist/ROOM/…: what tsc makes of the sources. */
const ofRooms = (name: string): boolean => /^dist\/[^/]+\//.test(name);

it('has what the golden list names, and of every room of src its scripts and types', () => {
  const rooms = new Set(files.filter(ofRooms).map((name) => `${name.split('/').slice(0, 2).join('/')}/`));
  expectGolden('package/files.txt', `${[...files.filter((name) => !ofRooms(name)), ...rooms].sort().join('\n')}\n`);
});

it('has three files for each source, and none for what is no longer there', () => {
  const sources = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(sep).join('/'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
  const made = sources.flatMap((name) =>
    ['.js', '.js.map', '.d.ts'].map((end) => `dist/${name.replace(/\.ts$/, end)}`),
  );
  expect(files.filter(ofRooms)).toEqual(made.sort());
});

it('has a file for every entry of the exports map, for every condition', async () => {
  const { exports, bin } = (await import('../../package.json', { with: { type: 'json' } })).default;
  const paths = (entry: unknown): string[] =>
    typeof entry === 'string' ? [entry] : Object.values(entry as object).flatMap(paths);
  const named = [...paths(exports), ...paths(bin)].map((path) => path.replace('./', ''));
  expect(named.filter((path) => !files.includes(path))).toEqual([]);
  expect(Object.keys(exports['.'])).toEqual(['types', 'workerd', 'node', 'browser', 'default']);
});

const tool = (name: string, bin: string): string => {
  const path = `${root}node_modules/${name}/${bin}`;
  if (!existsSync(path)) throw new Error(`${path}: npm ci`);
  return path;
};

const output = (script: string, args: readonly string[]): string => {
  try {
    return execFileSync(process.execPath, [script, ...args], { cwd: root, encoding: 'utf8' });
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout: string; stderr: string };
    throw new Error(`${stdout}\n${stderr}`);
  }
};

it('gives publint nothing to say', () => {
  expect(output(tool('publint', 'src/cli.js'), [tarball, '--strict'])).toMatch('All good!');
});

it('has types that every resolver finds, as attw has it', () => {
  output(tool('@arethetypeswrong/cli', 'dist/index.js'), [tarball, '--profile', 'esm-only']);
});
