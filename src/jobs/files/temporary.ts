import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isSystemError } from './system-error.ts';

/** What all temporary files of one target have in common: hidden, so that folders of images leave them out. */
function prefixOf(target: string): string {
  const name = basename(target);
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `.liteblock-${hash}-`; // and not the name itself, which may be as long as names can be
}

const ending = '.part';

/** The file that is written in place of `target` until it is whole, beside it: renaming is for one file system. */
export const temporaryOf = (target: string): string =>
  join(dirname(target), `${prefixOf(target)}${process.pid}${ending}`);

/** Makes an empty temporary file, which only its owner may read. Throws system errors. */
export function createTemporary(target: string, mode: number): { readonly path: string; readonly descriptor: number } {
  clearLeftovers(target);
  const path = temporaryOf(target);
  return { path, descriptor: openSync(path, 'wx', mode) };
}

/** Makes a temporary file and removes it. Throws the system error that writing would end with. */
export function tryTemporary(target: string): void {
  const { path, descriptor } = createTemporary(target, 0o600);
  closeSync(descriptor);
  rmSync(path, { force: true });
}

/** Removes what processes that were killed have left beside `target`, also one that had the number of this one. */
function clearLeftovers(target: string): void {
  const folder = dirname(target);
  const prefix = prefixOf(target);
  for (const name of namesIn(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith(ending)) continue;
    const number = Number(name.slice(prefix.length, -ending.length));
    if (number === process.pid || !isRunning(number)) rmSync(join(folder, name), { force: true });
  }
}

/** None of a folder that may be written and not read: what was left there stays. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isSystemError(error) && (error.code === 'EACCES' || error.code === 'EPERM')) return [];
    throw error;
  }
}

function isRunning(number: number): boolean {
  if (!Number.isInteger(number) || number <= 0) return true; // none of ours
  try {
    process.kill(number, 0);
    return true;
  } catch (error) {
    return isSystemError(error) && error.code === 'EPERM';
  }
}
