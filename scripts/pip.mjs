// Python packages that the tests use, in .tools/ of this project: nothing is installed anywhere else.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const tools = fileURLToPath(new URL('../.tools/', import.meta.url));

/**
 * Installs `requirement` (name==version) without its dependencies into .tools/<folder>. Returns undefined where that
 * worked, else what pip said. The folder appears only when it is whole.
 */
export function pipInstall(requirement, folder, options = []) {
  const target = join(tools, folder);
  const temporary = `${target}.${process.pid}`;
  mkdirSync(tools, { recursive: true });
  const args = ['-m', 'pip', 'install', '--quiet', '--no-deps', ...options, '--target', temporary, requirement];
  const { status, error, stderr } = spawnSync('python3', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (error || status !== 0) {
    rmSync(temporary, { recursive: true, force: true });
    return `pip install ${requirement}: ${error?.message ?? stderr.trim()}`;
  }
  if (existsSync(target)) rmSync(target, { recursive: true });
  renameSync(temporary, target);
  return undefined;
}
