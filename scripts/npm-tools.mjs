// Other JavaScript runtimes and the lowest TypeScript, from npm, for tests and verify. They lie in .tools/npm.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tools = fileURLToPath(new URL('../.tools/npm/', import.meta.url));

/** What is installed, and the program in it. */
const packages = {
  'node-lowest': { spec: 'node@20.12.0', program: 'node/bin/node' },
  'node-24': { spec: 'node@24', program: 'node/bin/node' },
  'node-26': { spec: 'node@26', program: 'node/bin/node' },
  bun: { spec: 'bun@1', program: 'bun/bin/bun.exe' },
  deno: { spec: 'deno@2', program: 'deno/bin.cjs' },
  'typescript-lowest': { spec: 'typescript@5.2.2', program: 'typescript/lib/tsc.js' },
};

/** The path of a program, or undefined. With `fetch` it is installed where it is missing. */
export function findNpmTool(name, { fetch = false } = {}) {
  const { spec, program } = packages[name];
  const folder = join(tools, name);
  const path = join(folder, 'node_modules', program);
  if (existsSync(path)) return path;
  if (!fetch) return undefined;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  spawnSync('npm', ['install', spec, '--no-audit', '--no-fund', '--foreground-scripts'], {
    cwd: folder,
    stdio: 'ignore',
  });
  return existsSync(path) ? path : undefined;
}

export const npmTools = Object.keys(packages);
