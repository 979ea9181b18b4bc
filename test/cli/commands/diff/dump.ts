import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Values } from '../../../../src/format/values.ts';
import { npy } from '../../../support/npy.ts';

export interface Dumped {
  readonly shape: readonly number[];
  readonly values: Values;
}

/** NumPy's name of an array's type. */
function descrOf(values: Values): string {
  if (values instanceof Float32Array) return '<f4';
  if (values instanceof Uint8Array) return '|u1';
  return values instanceof Int8Array ? '|i1' : `<i${values.BYTES_PER_ELEMENT}`;
}

/** A folder of dumps: a .npy a tensor, its name's slashes being folders or, as `slash` says, something else. */
export function dump(folder: string, tensors: ReadonlyMap<string, Dumped>, slash = '/'): string {
  for (const [name, { shape, values }] of tensors) {
    const path = join(folder, `${name.replaceAll('/', slash)}.npy`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, npy(descrOf(values), shape, values));
  }
  return folder;
}
