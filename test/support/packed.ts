import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './runtimes.ts';

/** Packs the package as it would be published, from what `npm test` has built, into `folder`: the tarball's path. */
export function pack(folder: string): string {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [packed] = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' })) as [{ filename: string }];
  return join(folder, packed.filename);
}

/** Packs it and puts it into `folder`'s node_modules, without what it depends on: pages need none of that. */
export function unpackInto(folder: string): string {
  const to = join(folder, 'node_modules/liteblock');
  mkdirSync(to, { recursive: true });
  execFileSync('tar', ['xzf', pack(folder), '-C', to, '--strip-components=1']);
  return to;
}
