import { readFile } from 'node:fs/promises';

/** A module of build/, which lies beside dist/ and src/ alike. */
export async function builtModule(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(`../../build/${name}.wasm`, import.meta.url)));
}
