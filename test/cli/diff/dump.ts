import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { npy } from '../../support/npy.ts';

export interface Dumped {
  readonly shape: readonly number[];
  readonly values: Int8Array | Uint8Array | Float32Array;
}

/** A folder of dumps: a .npy a tensor, its name's slashes being folders or, as `slash` says, something else. */
export function dump(folder: string, tensors: ReadonlyMap<string, Dumped>, slash = '/'): string {
  for (const [name, { shape, values }] of tensors) {
    const path = join(folder, `${name.replaceAll('/', slash)}.npy`);
    mkdirSync(dirname(path), { recursive: true });
    const type = values instanceof Float32Array ? '<f4' : values instanceof Uint8Array ? '|u1' : '|i1';
    writeFileSync(path, npy(type, shape, values));
  }
  return folder;
}
