/**
 * One `.wasm` file of a model and an engine.
 *
 * @example
 * import { readFile, writeFile } from 'node:fs/promises';
 * import { bundle } from 'liteblock/bundle';
 *
 * const engine = await readFile(new URL(import.meta.resolve('liteblock/engine.simd.wasm')));
 * await writeFile('model.wasm', bundle(await readFile('model.lbm'), engine));
 *
 * @module liteblock/bundle
 */
import { checkKind } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import { modelBase, pageBytes } from '../format/instructions.ts';
import { readHeader } from '../format/read.ts';
import { exportsOf, leb, moduleOf, readLeb, type Section, sectionIds, sectionsOf, signedLeb } from './wasm.ts';

/**
 * A model inside an engine: one module that needs nothing else. The file becomes a data segment at the place where the
 * engine looks for it, so its weights are in memory once, and the memory is as large as engine, file and arena together,
 * no page more: it cannot grow. `engine` is build/engine.*.wasm for a library, build/liteblock*.wasm for a WASI command.
 * Throws as readHeader does for the model, and `engine` for a module that is not an engine.
 */
export function bundle(model: Uint8Array, engine: Uint8Array, source = 'model'): Uint8Array {
  checkKind('bundle: model', model, 'Uint8Array');
  checkKind('bundle: engine', engine, 'Uint8Array');
  const { fileBytes, memoryBytes } = readHeader(model, source);
  let sections: Section[];
  try {
    sections = sectionsOf(engine);
  } catch (cause) {
    throw new LiteBlockError('engine', `bundle: the engine: ${(cause as Error).message}`, [], { cause });
  }
  const has = (id: number): boolean => sections.some((section) => section.id === id);
  if (!has(sectionIds.memory)) throw new LiteBlockError('engine', 'bundle: the engine has no memory of its own');
  refuseOther(sections);
  const segment = [...[0x00, 0x41], ...signedLeb(modelBase), 0x0b, ...leb(fileBytes)];
  const bytes = concat([Uint8Array.from(segment), model.subarray(0, fileBytes)]);
  const changed = sections.map(({ id, contents }): Section => {
    if (id === sectionIds.memory) return { id, contents: memoryOf(memoryBytes / pageBytes) };
    if (id === sectionIds.data) return { id, contents: appended(contents, bytes) };
    if (id === sectionIds.dataCount) return { id, contents: counted(contents) };
    return { id, contents };
  });
  if (has(sectionIds.data)) return moduleOf(changed);
  // The data section is the last but for custom ones, whose id is 0.
  const last = changed.reduce((latest, { id }, i) => (id === 0 ? latest : i), 0);
  const data = { id: sectionIds.data, contents: concat([Uint8Array.of(1), bytes]) };
  return moduleOf([...changed.slice(0, last + 1), data, ...changed.slice(last + 1)]);
}

/** Throws engine for a module that would not look for the model: engines and commands export what loads it. */
function refuseOther(sections: readonly Section[]): void {
  const names = sections.filter(({ id }) => id === sectionIds.export).flatMap(({ contents }) => exportsOf(contents));
  if (names.includes('loadBundled')) return;
  const float = names.includes('gather') ? ' (engine.float.wasm runs no .lbm)' : '';
  const wanted = 'expected build/engine.*.wasm or build/liteblock*.wasm';
  throw new LiteBlockError('engine', `bundle: the module is not an engine of this version${float}: ${wanted}`);
}

/** One memory of exactly `pages`, least and most. */
const memoryOf = (pages: number): Uint8Array => Uint8Array.from([1, 1, ...leb(pages), ...leb(pages)]);

/** A list of segments and one more. */
function appended(contents: Uint8Array, segment: Uint8Array): Uint8Array {
  const { value, end } = readLeb(contents, 0);
  return concat([Uint8Array.from(leb(value + 1)), contents.subarray(end), segment]);
}

const counted = (contents: Uint8Array): Uint8Array => Uint8Array.from(leb(readLeb(contents, 0).value + 1));

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
