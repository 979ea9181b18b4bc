// Finds a Python that has wasmtime's bindings. As a script it prints how to start it.
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pipInstall, tools } from './pip.mjs';

const version = '50.0.1';
const folder = `python-wasmtime-${version}`;

const inTools = { command: 'python3', env: { PYTHONPATH: join(tools, folder) } };
const plain = { command: 'python3', env: {} };

const imports = ({ command, env }) =>
  spawnSync(command, ['-c', 'import wasmtime'], { env: { ...process.env, ...env }, stdio: 'ignore' }).status === 0;

/** .tools/, then python3 as it is, then (with `fetch`) pip; undefined where none has them. */
export function findPythonWasmtime({ fetch = false } = {}) {
  const found = [inTools, plain].find(imports);
  if (found || !fetch) return found;
  const reason = pipInstall(`wasmtime==${version}`, folder, ['--only-binary=:all:']);
  if (reason) console.error(reason);
  return !reason && imports(inTools) ? inTools : undefined;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const python = findPythonWasmtime({ fetch: true });
  if (python) {
    console.log(`PYTHONPATH=${python.env.PYTHONPATH ?? ''} ${python.command}`);
  } else {
    console.error("no wasmtime bindings: install python3 with pip, or PyPI's wasmtime for it");
    process.exitCode = 1;
  }
}
