// Finds wazero, an interpreter (and compiler) in Go. As a script it prints its path, or what to do to get one.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tools } from './pip.mjs';

const version = 'v1.12.0';
const folder = join(tools, `wazero-${version}`);

const answers = (path) => spawnSync(path, ['version'], { stdio: 'ignore' }).status === 0;

function install() {
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, GOBIN: folder, GOFLAGS: '-mod=mod' };
  const args = ['install', `github.com/tetratelabs/wazero/cmd/wazero@${version}`];
  const { status, error, stderr } = spawnSync('go', args, { cwd: folder, env, encoding: 'utf8' });
  if (error || status !== 0) console.error(`go install wazero: ${error?.message ?? stderr.trim()}`);
}

/** $WAZERO, then the PATH, then .tools/, then (with `fetch`) go install; undefined where none has one. */
export function findWazero({ fetch = false } = {}) {
  const given = process.env.WAZERO;
  if (given) {
    if (!answers(given)) throw new Error(`WAZERO=${given}: it does not run`);
    return given;
  }
  const here = join(folder, 'wazero');
  const found = () => (existsSync(here) && answers(here) ? here : undefined);
  if (answers('wazero')) return 'wazero';
  if (!found() && fetch) install();
  return found();
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const path = findWazero({ fetch: true });
  if (path) {
    console.log(path);
  } else {
    console.error('no wazero: install one and put it on the PATH or in WAZERO, or install Go');
    process.exitCode = 1;
  }
}
