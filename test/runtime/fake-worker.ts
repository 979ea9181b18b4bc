import { vi } from 'vitest';

interface Scope {
  onmessage: ((event: { data: unknown }) => void) | null;
  postMessage(answer: unknown, transfer: Transferable[]): void;
}

/** A worker that runs src/runtime/worker-thread.ts in this thread, behind copies of its messages. */
export async function fakeWorker(): Promise<Worker> {
  const worker = {
    onmessage: undefined as ((event: { data: unknown }) => void) | undefined,
    onerror: undefined,
    postMessage(request: unknown, transfer: Transferable[]): void {
      const data = copied(request, transfer);
      queueMicrotask(() => scope.onmessage?.({ data }));
    },
    terminate(): void {
      scope.onmessage = null;
    },
  };
  const scope: Scope = {
    onmessage: null,
    postMessage: (answer, transfer) => {
      const data = copied(answer, transfer);
      queueMicrotask(() => worker.onmessage?.({ data }));
    },
  };
  vi.stubGlobal('self', scope);
  vi.resetModules(); // the thread's model is its module's
  await import('../../src/runtime/worker-thread.ts');
  vi.unstubAllGlobals();
  return worker as unknown as Worker;
}

/** Modules cannot be cloned here, and need not be. */
function copied(message: unknown, transfer: Transferable[]): unknown {
  const { load } = message as { load?: { source: unknown } };
  if (load?.source instanceof WebAssembly.Module) return message;
  return structuredClone(message, { transfer });
}
