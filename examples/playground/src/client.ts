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
  readonly #worker = startWorker();
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #stopped: Error | undefined;

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#receive(data);
    this.#worker.onerror = ({ message }) => {
      this.#stopped = new Error(`the page's worker stopped: ${message || 'its script could not be loaded'}`);
      for (const { reject } of this.#waiting.values()) reject(this.#stopped);
      this.#waiting.clear();
    };
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
