import { LiteBlockError } from '../format/errors.ts';
import { compileEngine, type EngineProvider, messageOf } from './engine.ts';
import { engineBytes } from './engine-inline.ts';
import { loadModel } from './load.ts';
import type { Model } from './model.ts';
import type { Answer, Facts, Failure, LoadRequest, Request } from './worker-messages.ts';

/** What runs in the worker: one model, and requests one after another. The scalar engine comes from the page. */
const engine: EngineProvider = async () => compileEngine(engineBytes(), 'engine.simd.wasm');

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(answer: Answer, transfer: readonly Transferable[]): void;
};

let model: Model | undefined;

/** Resolves once the worker has the lock, which it keeps; false where the host has none to give. */
const hold = (lock: string): Promise<boolean> =>
  new Promise((resolve) => {
    const forever = (): Promise<never> => {
      resolve(true);
      return new Promise(() => undefined);
    };
    // A page that is not a secure context has no locks.
    const { locks }: { readonly locks?: LockManager } = globalThis.navigator ?? {};
    if (locks) locks.request(lock, forever).catch(() => resolve(false));
    else resolve(false);
  });

async function load({ source, name, options, lock }: LoadRequest): Promise<Facts> {
  scope.postMessage({ started: true, holdsLock: await hold(lock) }, []);
  model = await loadModel(source, options, { engine, name });
  const {
    name: called,
    inputs,
    outputs,
    labels,
    preprocessing,
    variables,
    postprocess,
    ramBytes,
    modelBytes,
    memoryBytes,
    tier,
  } = model;
  const sizes = { ramBytes, modelBytes, memoryBytes, tier };
  return { name: called, inputs, outputs, labels, preprocessing, variables, postprocess, ...sizes };
}

function failureOf(cause: unknown): Failure {
  if (cause instanceof LiteBlockError) {
    return { code: cause.code, message: cause.message, problems: cause.problems };
  }
  return { code: 'engine', message: `worker: ${messageOf(cause)}`, problems: [] };
}

async function answer(request: Request): Promise<void> {
  const { id } = request;
  try {
    if (request.kind === 'load') {
      scope.postMessage({ id, value: await load(request.load) }, []);
    } else if (request.kind === 'profile') {
      const onProgress = (progress: number): void => scope.postMessage({ id, progress }, []);
      const options = { ...request.options, ...(request.progress && { onProgress }) };
      scope.postMessage({ id, value: (model as Model).profile(...request.inputs, options) }, []);
    } else if (request.kind === 'reset') {
      (model as Model).reset();
      scope.postMessage({ id, value: undefined }, []);
    } else {
      const outputs = (model as Model).run(...request.inputs, request.options);
      scope.postMessage(
        { id, value: outputs },
        outputs.map(({ buffer }) => buffer as ArrayBuffer),
      );
    }
  } catch (cause) {
    scope.postMessage({ id, failure: failureOf(cause) }, []);
  }
}

scope.onmessage = ({ data }) => void answer(data);
