import { LiteBlockError } from '../format/errors.ts';
import type { Values } from '../format/values.ts';
import type { Profile } from './profile.ts';
import type { RunOptions } from './run-options.ts';
import type { Answer, Facts, Failure, LoadRequest, Request, WorkerProfileOptions } from './worker-messages.ts';

interface Waiting {
  resolve(value: Facts | Profile | readonly Values[]): void;
  reject(cause: unknown): void;
}

const errorOf = ({ code, message, problems }: Failure): Error =>
  code ? new LiteBlockError(code, message, problems) : new Error(message);

const buffersOf = (inputs: readonly Values[]): ArrayBuffer[] => [
  ...new Set(inputs.map(({ buffer }) => buffer as ArrayBuffer)),
];

/** Requests to a worker and the answers to them. Once the worker is gone, what waits is refused. */
export class WorkerPort {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #gone: LiteBlockError | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#answer(data);
    worker.onerror = (event) => {
      event.preventDefault?.();
      // An event without a message is a worker that could not be started.
      const what = event.message || 'it could not be started (may the page start workers from a blob? docs/web.md)';
      this.close(new LiteBlockError('engine', `worker: ${what}`));
    };
  }

  load(request: LoadRequest): Promise<Facts> {
    const { source } = request;
    const transfer = source instanceof WebAssembly.Module ? [] : [source.buffer as ArrayBuffer];
    return this.#ask((id) => ({ id, kind: 'load', load: request }), transfer) as Promise<Facts>;
  }

  /** The inputs' buffers are the worker's from then on. */
  run(inputs: readonly Values[], options: RunOptions): Promise<Values[]> {
    return this.#ask((id) => ({ id, kind: 'run', inputs, options }), buffersOf(inputs)) as Promise<Values[]>;
  }

  profile(inputs: readonly Values[], options: WorkerProfileOptions): Promise<Profile> {
    return this.#ask((id) => ({ id, kind: 'profile', inputs, options }), buffersOf(inputs)) as Promise<Profile>;
  }

  /** Ends the worker. What waits, and what is asked from then on, is refused with `why`. */
  close(why: LiteBlockError): void {
    if (this.#gone) return;
    this.#gone = why;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(why);
    this.#waiting.clear();
  }

  #ask(request: (id: number) => Request, transfer: Transferable[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#gone) throw this.#gone;
      const id = this.#next++;
      this.#worker.postMessage(request(id), transfer);
      this.#waiting.set(id, { resolve, reject });
    });
  }

  #answer(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('failure' in answer) waiting?.reject(errorOf(answer.failure));
    else waiting?.resolve(answer.value);
  }
}
