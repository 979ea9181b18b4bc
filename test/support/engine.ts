import { readFileSync } from 'node:fs';
import { readModel } from '../../src/format/read.ts';
import { type EngineExports, statuses } from '../../src/format/status.ts';
import { type DebugExports, explained } from './debug-engine.ts';

export const tiers = ['simd', 'scalar'] as const;
export type Tier = (typeof tiers)[number];

/** The engines that trap where a stage loads or stores outside its operands (assembly/bounds). */
export const debugBuilds = ['simd.debug', 'scalar.debug'] as const;
export type Build = Tier | (typeof debugBuilds)[number];
export const builds: readonly Build[] = [...tiers, ...debugBuilds];

/** What fills an arena before a run. A tier's two builds begin with different bytes and must give the same. */
export const poisonOf = (build: Build): number => (build.endsWith('.debug') ? 0x55 : 0xaa);

const modules = new Map<Build, WebAssembly.Module>();

/** A new instance of a build's module, without the loader: tests see the bare exports. */
export function engine(build: Build): EngineExports {
  let module = modules.get(build);
  if (!module) {
    module = new WebAssembly.Module(readFileSync(new URL(`../../build/engine.${build}.wasm`, import.meta.url)));
    modules.set(build, module);
  }
  const { exports } = new WebAssembly.Instance(module, {});
  return 'bound' in exports ? explained(exports as unknown as DebugExports) : (exports as unknown as EngineExports);
}

/** An instance with a model loaded and its arena filled with `poison`. Throws with the status where the model is refused. */
export function loaded(build: Build, file: Uint8Array, poison = 0xaa): EngineExports {
  const instance = engine(build);
  const at = instance.reserve(file.length) >>> 0;
  new Uint8Array(instance.memory.buffer).set(file, at);
  const status = instance.load(at, file.length);
  if (status !== 0) {
    throw new Error(`${build}: ${statuses[status]} (${instance.detail(0)}, ${instance.detail(1)})`);
  }
  arenaOf(instance).fill(poison);
  instance.reset?.(); // variables lie in the arena, too
  return instance;
}

export const arenaOf = (instance: EngineExports): Uint8Array =>
  new Uint8Array(instance.memory.buffer, instance.arena() >>> 0, instance.arenaBytes() >>> 0);

/** Puts rows [from, to) of one image of an input into its ring. */
export function pushRows(instance: EngineExports, input: number, image: Uint8Array, from: number, to: number): void {
  const bytes = instance.inputRowBytes(input);
  for (let row = from; row < to; row++) {
    const at = instance.inputRow(input, row) >>> 0;
    new Uint8Array(instance.memory.buffer).set(image.subarray(row * bytes, (row + 1) * bytes), at);
  }
}

/** Rows [from, to) of an output. */
export function pullRows(instance: EngineExports, output: number, from: number, to: number): Uint8Array {
  const bytes = instance.outputRowBytes(output);
  const rows = new Uint8Array((to - from) * bytes);
  for (let row = from; row < to; row++) {
    const at = instance.outputRow(output, row) >>> 0;
    rows.set(new Uint8Array(instance.memory.buffer, at, bytes), (row - from) * bytes);
  }
  return rows;
}

export const raw = (values: ArrayBufferView): Uint8Array =>
  new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);

/** One image through a loaded model: raw bytes in, raw bytes out. */
export function runOnce(instance: EngineExports, inputs: readonly ArrayBufferView[]): Uint8Array[] {
  for (const [i, values] of inputs.entries()) pushRows(instance, i, raw(values), 0, instance.inputRows(i));
  const status = instance.run();
  if (status !== 0) throw new Error(`run: ${statuses[status]} (${instance.detail(0)}, ${instance.detail(1)})`);
  return Array.from({ length: instance.outputCount() }, (_, i) => pullRows(instance, i, 0, instance.outputRows(i)));
}

/**
 * A batch through a model as a host runs it: inputs with a batch axis hold the same number of images, others one.
 * Outputs are concatenated.
 */
export function runBatch(build: Build, file: Uint8Array, inputs: readonly ArrayBufferView[]): Uint8Array[] {
  const instance = loaded(build, file);
  const entries = readModel(file).inputs;
  const images = entries.reduce((count, { perImage, imageBytes }, i) => {
    return perImage ? raw(inputs[i] as ArrayBufferView).length / imageBytes : count;
  }, 1);
  const results = Array.from({ length: images }, (_, image) =>
    runOnce(
      instance,
      entries.map(({ perImage, imageBytes }, i) => {
        const bytes = raw(inputs[i] as ArrayBufferView);
        return perImage ? bytes.subarray(image * imageBytes, (image + 1) * imageBytes) : bytes;
      }),
    ),
  );
  return (results[0] ?? []).map((_, output) =>
    Uint8Array.from(results.flatMap((one) => [...(one[output] as Uint8Array)])),
  );
}
