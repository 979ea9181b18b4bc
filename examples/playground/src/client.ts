import type { CallName, Calls, Failure, Reply, Request } from './protocol.ts';

export type OnProgress = (what: string, done: number, total: number) => void;

/** What the worker could not do, with every problem of a model that is not supported. */
export class CallError extends Error {
  readonly problems: Failure['problems'];

  constructor({ message, problems }: Failure) {
    super(message);
    this.problems = problems;
  }
}

/** Work that was ended before it was done. */
export class Cancelled extends Error {
  constructor() {
    super('it was cancelled');
  }
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (cause: Error) => void;
  readonly onProgress: OnProgress | undefined;
}

/**
 * The worker's script is a line that imports it: a worker that is fetched has the policy of its own response, one that is
 * made by the page has the page's, whatever the server sends.
 */
function startWorker(): Worker {
  const line = `import ${JSON.stringify(new URL('./worker.js', import.meta.url).href)};`;
  return new Worker(URL.createObjectURL(new Blob([line], { type: 'text/javascript' })), { type: 'module' });
}

/** Calls of the worker. */
export class Client {
  #worker = startWorker();
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #stopped: Error | undefined;
  /** What another worker is given to stand where this one stood. */
  #restore: readonly Request[] = [];

  constructor() {
    this.#listen();
  }

  #listen(): void {
    const worker = this.#worker;
    worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#receive(data);
    worker.onerror = ({ message }) => {
      if (worker !== this.#worker) return;
      this.#stopped = new Error(`the page's worker stopped: ${message || 'its script could not be loaded'}`);
      this.#refuse(this.#stopped);
    };
  }

  #refuse(cause: Error): void {
    for (const { reject } of this.#waiting.values()) reject(cause);
    this.#waiting.clear();
  }

  /**
   * Ends the worker at once, whatever it computes, and starts another. What is waited for is refused with `Cancelled`. The
   * new worker opens what the old one had open: calls wait for that.
   */
  cancel(): void {
    this.#worker.terminate();
    this.#refuse(new Cancelled());
    this.#stopped = undefined;
    this.#worker = startWorker();
    this.#listen();
    for (const request of this.#restore) this.#worker.postMessage(request);
  }

  /** From now on, what a new worker does first. Nobody waits for its answers. */
  remember(...calls: readonly Pick<Request, 'call' | 'args'>[]): void {
    this.#restore = calls.map((each) => ({ id: this.#next++, ...each }));
  }

  call<Name extends CallName>(
    call: Name,
    args: Parameters<Calls[Name]>,
    onProgress?: OnProgress,
  ): ReturnType<Calls[Name]> {
    if (this.#stopped) return Promise.reject(this.#stopped) as ReturnType<Calls[Name]>;
    const id = this.#next++;
    const request: Request = { id, call, args };
    const result = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onProgress });
      this.#worker.postMessage(request);
    });
    return result as ReturnType<Calls[Name]>;
  }

  #receive(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) return;
    if ('progress' in reply) {
      const { what, done, total } = reply.progress;
      waiting.onProgress?.(what, done, total);
      return;
    }
    this.#waiting.delete(reply.id);
    if ('failure' in reply) waiting.reject(new CallError(reply.failure));
    else waiting.resolve(reply.result);
  }
}
