// Finds a Python that has wasm3, an interpreter of the microcontroller class. As a script it prints how to start it.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pipInstall, tools } from './pip.mjs';

const version = '0.5.0';
const folder = `pywasm3-${version}`;

/** How to start it: the command and what to add to its environment. */
const inTools = () => ({
  command: 'python3',
  env: { PYTHONPATH: [join(tools, folder), process.env.PYTHONPATH].filter(Boolean).join(delimiter) },
});

const imports = ({ command, env }) =>
  spawnSync(command, ['-c', 'import wasm3'], { env: { ...process.env, ...env }, stdio: 'ignore' }).status === 0;

/** .tools/, then python3 as it is, then (with `fetch`) pip, which needs a C compiler; undefined where none has one. */
export function findWasm3({ fetch = false } = {}) {
  if (existsSync(join(tools, folder)) && imports(inTools())) return inTools();
  const plain = { command: 'python3', env: {} };
  if (imports(plain)) return plain;
  if (!fetch) return undefined;
  const reason = pipInstall(`pywasm3==${version}`, folder);
  if (reason) console.error(reason);
  return !reason && imports(inTools()) ? inTools() : undefined;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const python = findWasm3({ fetch: true });
  if (python) {
    console.log(`PYTHONPATH=${python.env.PYTHONPATH ?? ''} ${python.command}`);
  } else {
    console.error('no wasm3: install python3 with pip and its headers, and a C compiler');
    process.exitCode = 1;
  }
}
