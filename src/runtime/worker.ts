/**
 * A model in a web worker of its own, so that the page stays smooth while it runs.
 *
 * @example
 * import { loadInWorker } from 'liteblock/worker';
 *
 * const model = await loadInWorker(new URL('model.lbm', import.meta.url));
 * const [scores] = await model.run(new Int8Array(model.inputs[0]!.imageBytes));
 *
 * @module liteblock/worker
 */
import { checkKind, checkMembers, kindOf } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import { isWasm } from './bundled.ts';
import { messageOf } from './engine.ts';
import { checkLoadOptions, type LoadOptions } from './load.ts';
import { hasSimd } from './probe.ts';
import { type ByteSource, readSource, type Source } from './source.ts';
import type { LoadRequest } from './worker-messages.ts';
import { WorkerModel } from './worker-model.ts';
import { WorkerPort } from './worker-port.ts';

export * from './public.ts';
export type { WorkerModel };

/** Options of `loadInWorker`. */
export interface WorkerOptions extends LoadOptions {
  /**
   * A worker to use in place of the entry's own, which comes from a blob: for pages whose policy forbids that. It runs
   * `liteblock/worker-thread`.
   */
  readonly worker?: Worker;
}

/** The code of worker-thread.ts; scripts/build-browser.mjs puts it here. */
declare const WORKER_CODE: string;

function refuseWorkerless(): void {
  if (typeof Worker === 'undefined') throw new LiteBlockError('usage', 'loadInWorker: this host has no web workers');
}

/** A blob needs no file beside the page's script, so it works in every bundler. */
function startWorker(): Worker {
  refuseWorkerless();
  const url = URL.createObjectURL(new Blob([WORKER_CODE], { type: 'text/javascript' }));
  try {
    return new Worker(url, { name: 'liteblock' });
  } catch (cause) {
    throw new LiteBlockError('engine', `worker: it could not be started: ${messageOf(cause)}`, [], { cause });
  } finally {
    // The worker has its address by now, but Safari loads it a little later.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }
}

/** The worker brings the simd engine; the scalar one is sent to it if it is needed. */
async function scalarEngine({ engine, tier }: LoadOptions): Promise<LoadOptions> {
  if (engine !== undefined || tier === 'simd' || (tier === undefined && hasSimd())) return {};
  return { engine: (await import('./engine-scalar-inline.ts')).engineBytes(), tier: 'scalar' };
}

type Sent = Omit<LoadRequest, 'lock'>;

async function requestFor(source: Source, { onProgress, ...options }: LoadOptions): Promise<Sent> {
  if (kindOf(source) === 'WebAssembly.Module') {
    return { source: source as WebAssembly.Module, name: undefined, options };
  }
  const { bytes, name } = await readSource(source as ByteSource, { onProgress });
  // Given bytes stay the caller's; those that were downloaded are nobody else's.
  const own = kindOf(source) === 'Uint8Array' || kindOf(source) === 'ArrayBuffer' ? new Uint8Array(bytes) : bytes;
  const engine = isWasm(bytes) ? {} : await scalarEngine(options);
  return { source: own, name, options: { ...options, ...engine } };
}

/**
 * Loads a `.lbm` or a bundle into a web worker of its own, so that the page stays smooth while it runs. The page downloads,
 * the worker does all the rest.
 */
export async function loadInWorker(source: Source, options: WorkerOptions = {}): Promise<WorkerModel> {
  checkKind('loadInWorker: options', options, 'Object');
  const { worker, ...others } = options;
  checkLoadOptions(others);
  if (worker !== undefined) checkMembers('loadInWorker: worker', worker, 'postMessage', 'terminate');
  else if (kindOf(source) === 'URL') refuseWorkerless(); // before a download
  // A worker that is given may fail while the model comes; one of the entry's own is started when it is there.
  let port = worker && new WorkerPort(worker);
  try {
    const request = await requestFor(source, others);
    port ??= new WorkerPort(startWorker());
    return new WorkerModel(port, await port.load(request));
  } catch (cause) {
    port?.close(cause as LiteBlockError);
    throw cause;
  }
}
