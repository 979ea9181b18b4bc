import { LiteBlockError } from '../format/errors.ts';
import type { Values } from '../format/values.ts';
import { messageOf } from './engine.ts';
import type { Profile, ProfileOptions } from './profile.ts';
import type { RunOptions } from './run-options.ts';
import type { Answer, Facts, LoadRequest, Request } from './worker-messages.ts';

interface Waiting {
  resolve(value: Facts | Profile | readonly Values[] | undefined): void;
  reject(cause: unknown): void;
  readonly onProgress: ProfileOptions['onProgress'];
}

/** Milliseconds in which a worker must begin to load; its script may come over a slow network. */
const patience = 60_000;

const buffersOf = (inputs: readonly Values[]): ArrayBuffer[] => [
  ...new Set(inputs.map(({ buffer }) => buffer as ArrayBuffer)),
];

/**
 * Requests to a worker and the answers to them. Once the worker is gone, what waits is refused. A worker that is terminated
 * says nothing, so there are three ways to notice: `terminate` of the object is wrapped; the worker holds a lock, which comes
 * free when it ends, whoever ended it; and one that had ended before does not begin to load.
 */
export class WorkerPort {
  readonly #worker: Worker;
  readonly #terminate: () => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #lock = `liteblock ${Array.from(crypto.getRandomValues(new Uint32Array(4))).join(' ')}`;
  #next = 0;
  #gone: LiteBlockError | undefined;
  #late: ReturnType<typeof setTimeout> | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.#terminate = worker.terminate.bind(worker);
    worker.terminate = () => this.#end('it was terminated; load the model again');
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if ('started' in data) this.#started(data.holdsLock);
      else this.#answer(data);
    };
    worker.onmessageerror = () => this.#end('its answer could not be read');
    worker.onerror = (event) => {
      event.preventDefault?.();
      // An event without a message is a worker that could not be started.
      this.#end(event.message || 'it could not be started (may the page start workers from a blob? docs/web.md)');
    };
  }

  load(request: Omit<LoadRequest, 'lock'>): Promise<Facts> {
    const { source } = request;
    const transfer = source instanceof WebAssembly.Module ? [] : [source.buffer as ArrayBuffer];
    const load = { ...request, lock: this.#lock };
    const silent = 'it does not answer: it was terminated, or its script could not be loaded';
    if (!this.#gone) this.#late = setTimeout(() => this.#end(silent), patience);
    return this.#ask((id) => ({ id, kind: 'load', load }), transfer) as Promise<Facts>;
  }

  /** The inputs' buffers are the worker's from then on. */
  run(inputs: readonly Values[], options: RunOptions): Promise<Values[]> {
    return this.#ask((id) => ({ id, kind: 'run', inputs, options }), buffersOf(inputs)) as Promise<Values[]>;
  }

  reset(): Promise<void> {
    return this.#ask((id) => ({ id, kind: 'reset' }), []) as Promise<void>;
  }

  /** Functions do not travel: the worker tells how far it is, and the listener is called here. */
  profile(inputs: readonly Values[], { onProgress, ...options }: ProfileOptions): Promise<Profile> {
    const progress = onProgress !== undefined;
    return this.#ask(
      (id) => ({ id, kind: 'profile', inputs, options, progress }),
      buffersOf(inputs),
      onProgress,
    ) as Promise<Profile>;
  }

  #end(what: string): void {
    this.close(new LiteBlockError('engine', `worker: ${what}`));
  }

  /** Ends the worker. What waits, and what is asked from then on, is refused with `why`. */
  close(why: LiteBlockError): void {
    if (this.#gone) return;
    this.#gone = why;
    clearTimeout(this.#late);
    this.#terminate();
    for (const { reject } of this.#waiting.values()) reject(why);
    this.#waiting.clear();
  }

  #ask(
    request: (id: number) => Request,
    transfer: Transferable[],
    onProgress?: ProfileOptions['onProgress'],
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#gone) throw this.#gone;
      const id = this.#next++;
      try {
        this.#worker.postMessage(request(id), transfer);
      } catch (cause) {
        const what = `the arguments cannot be sent to it: ${messageOf(cause)}`;
        throw new LiteBlockError('input', `worker: ${what}`, [], { cause });
      }
      this.#waiting.set(id, { resolve, reject, onProgress });
    });
  }

  /** Waits for the lock of the worker, which comes free when it ends. */
  #started(holdsLock: boolean): void {
    clearTimeout(this.#late);
    if (!holdsLock) return;
    const over = (): void => this.#end('it ended before the model was disposed of; load the model again');
    navigator.locks.request(this.#lock, over).catch(() => undefined); // A page that may have none notices the rest.
  }

  #answer(answer: Exclude<Answer, { started: true }>): void {
    const waiting = this.#waiting.get(answer.id);
    if (!waiting) return;
    if ('progress' in answer) {
      try {
        waiting.onProgress?.(answer.progress);
      } catch (cause) {
        this.#waiting.delete(answer.id);
        waiting.reject(cause);
      }
      return;
    }
    this.#waiting.delete(answer.id);
    if ('failure' in answer) {
      const { code, message, problems } = answer.failure;
      waiting.reject(new LiteBlockError(code, message, problems));
    } else waiting.resolve(answer.value);
  }
}
