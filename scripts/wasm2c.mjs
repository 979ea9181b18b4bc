// Finds wasm2c, which turns a module into C. As a script it prints its path, or what to do to get one.
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const answers = (path) => spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0;

/** Debian's package, where the user may install it. */
function install() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', args, { env, stdio: 'ignore' }).status === 0;
  return process.getuid?.() === 0 && apt('update') && apt('install', '-y', '--no-install-recommends', 'wabt');
}

/** $WASM2C, then the PATH, then (with `fetch`, as root) apt-get; undefined where none has one. */
export function findWasm2c({ fetch = false } = {}) {
  const given = process.env.WASM2C;
  if (given) {
    if (!answers(given)) throw new Error(`WASM2C=${given}: it does not run`);
    return given;
  }
  if (answers('wasm2c')) return 'wasm2c';
  return fetch && install() && answers('wasm2c') ? 'wasm2c' : undefined;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const path = findWasm2c({ fetch: true });
  if (path) {
    console.log(path);
  } else {
    console.error('no wasm2c: install wabt (Debian: apt-get install wabt) and put it on the PATH or in WASM2C');
    process.exitCode = 1;
  }
}
