import { checkOptions, kindOf } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { ModelFile } from '../format/model-file.ts';
import { readHeader, readModel } from '../format/read.ts';
import { bundledFile, isWasm } from './bundled.ts';
import type { OnProgress } from './download.ts';
import { compileEngine, type EngineProvider, givenEngine, instantiateEngine, type Tier } from './engine.ts';
import { checkNumbers, checkOperations } from './limits.ts';
import { Model } from './model.ts';
import { hasSimd } from './probe.ts';
import { type ByteSource, type ReadFile, readSource, type Source } from './source.ts';
import { runSelfTest, start, startBundled } from './start.ts';
import { stageName } from './status-error.ts';

/** Options of `load`. */
export interface LoadOptions {
  /** An engine to use instead of the entry's own: its module, or its bytes where the host compiles bytes. */
  readonly engine?: WebAssembly.Module | Uint8Array | ArrayBuffer;
  /** Without it, `simd` where the host has SIMD128, else `scalar`. */
  readonly tier?: Tier;
  /** The most that the arena may take: a plan that needs more is refused before anything runs. */
  readonly ramBytes?: number;
  /**
   * The most elementary operations that a run may take (docs/format.md): 2^36 without it, which is some 200 runs of a
   * MobileNetV2-1.0-224. Infinity lifts the limit.
   */
  readonly maxOperations?: number;
  /** Runs the file's known-answer test, about one inference, and refuses a host that computes wrongly, or a file that has none. */
  readonly selfTest?: boolean;
  /** Told how far the download of a URL or a Response has come. What it throws, `load` throws. */
  readonly onProgress?: OnProgress;
}

/** What an entry brings: where its engines are, and how it reads files, if it can. */
export interface Host {
  readonly engine: EngineProvider;
  readonly readFile?: ReadFile;
  /** What messages call bytes that come without an address: a worker's page knows it. */
  readonly name?: string | undefined;
}

/** The type of each option; `givenEngine` looks at the engine. */
const optionTypes = {
  engine: '',
  tier: 'string',
  ramBytes: 'number',
  maxOperations: 'number',
  selfTest: 'boolean',
  onProgress: 'function',
};

/** An option that is not understood may be one that the caller relies on, so it is refused rather than passed over. */
export function checkLoadOptions(options: LoadOptions): void {
  checkOptions('load', options, optionTypes);
  checkNumbers('load', options, { ramBytes: 'limit', maxOperations: 'limit' });
  const { tier } = options;
  if (tier !== undefined && tier !== 'simd' && tier !== 'scalar')
    throw new LiteBlockError('usage', `load: tier "${tier}": expected simd or scalar`);
}

/** Throws ram-exceeded, naming need, limit and the step at which the arena is fullest. */
function checkRam(file: ModelFile, limit: number | undefined, name: string): void {
  if (limit === undefined || file.ramBytes <= limit) return;
  const step = file.schedule[file.bindingStep];
  const where = step ? ` in ${stageName(file, step.stage)}` : '';
  throw new LiteBlockError(
    'ram-exceeded',
    `${name}: needs ${file.ramBytes} bytes of RAM, the limit is ${limit}; it is fullest at step ${file.bindingStep}${where}`,
  );
}

/** Throws unsupported for an output that does not lie in the arena as a whole: `run` would make an array of any size for it. */
function checkOutputs({ outputs, ramBytes }: ModelFile, name: string): void {
  const large = outputs.find(({ imageBytes }) => imageBytes > ramBytes);
  if (!large) return;
  const what = `the output "${large.name}" has ${large.imageBytes} bytes, more than the arena (${ramBytes})`;
  throw new LiteBlockError('unsupported', `${name}: ${what}: it must be read during the run`);
}

async function moduleFor(
  options: LoadOptions,
  host: Host,
): Promise<{ module: WebAssembly.Module; tier: Model['tier'] }> {
  const { engine, tier } = options;
  if (engine !== undefined) return { module: await givenEngine(engine), tier: tier ?? 'given' };
  const simd = hasSimd();
  if (tier === 'simd' && !simd) {
    throw new LiteBlockError('engine', "load: tier 'simd': this host has no WebAssembly SIMD; tier 'scalar' works");
  }
  const chosen = tier ?? (simd ? 'simd' : 'scalar');
  return { module: await host.engine(chosen), tier: chosen };
}

/** The `load` of every entry: reads and checks the file, checks the limit, then instantiates an engine for it. */
export async function loadModel(source: Source, options: LoadOptions, host: Host): Promise<Model> {
  checkLoadOptions(options);
  if (kindOf(source) === 'WebAssembly.Module') return loadBundle(source, options, 'bundle');
  const read = await readSource(source as ByteSource, { readFile: host.readFile, onProgress: options.onProgress });
  const { bytes, name: address = host.name } = read;
  if (isWasm(bytes)) {
    const name = address ?? 'bundle';
    return loadBundle(await compileEngine(bytes, name), options, name);
  }
  const file = readModel(bytes, address);
  const name = address ?? file.metadata.name; // what bytes are called, once they could be read
  const header = readHeader(bytes, name);
  checkRam(file, options.ramBytes, name);
  checkOperations(header, options.maxOperations, name);
  checkOutputs(file, name);
  const { module, tier } = await moduleFor(options, host);
  const engine = await instantiateEngine(module);
  const { fileBytes, modelBytes } = header;
  start(engine, bytes.subarray(0, fileBytes), file, name);
  if (options.selfTest) runSelfTest(engine, file, name);
  return new Model(engine, file, { modelBytes, tier });
}

/** A model that brings its engine with it. Throws usage where another engine is asked for. */
async function loadBundle(module: WebAssembly.Module, options: LoadOptions, name: string): Promise<Model> {
  if (options.engine !== undefined || options.tier) {
    const option = options.engine === undefined ? 'tier' : 'engine';
    throw new LiteBlockError('usage', `load: ${option}: ${name} is a bundle, which brings its engine with it`);
  }
  if (WebAssembly.Module.imports(module).length > 0) {
    throw new LiteBlockError('file-invalid', `${name}: made with --command: make it without (liteblock bundle)`);
  }
  const engine = await instantiateEngine(module);
  const bytes = bundledFile(engine, name);
  const file = readModel(bytes, name);
  const header = readHeader(bytes, name);
  checkRam(file, options.ramBytes, name);
  checkOperations(header, options.maxOperations, name);
  checkOutputs(file, name);
  startBundled(engine, file, name);
  if (options.selfTest) runSelfTest(engine, file, name);
  return new Model(engine, file, { modelBytes: header.modelBytes, tier: 'given' });
}
