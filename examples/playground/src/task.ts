import { Cancelled, type Client } from './client.ts';
import { byId } from './dom.ts';

export const quiet = 'quiet';

/** Work that takes long, with a button that ends it. One at a time. */
export class Tasks {
  readonly #client: Client;
  #running: { readonly controller: AbortController; readonly cancel: string } | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Does `work` while the button `cancel` is shown in the place of `start`. The button ends the worker, and another takes its
   * place. Undefined where the work was cancelled; other failures are thrown.
   */
  async run<T>(
    { start, cancel, say }: { start?: HTMLButtonElement; cancel: string; say: (text: string) => void },
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    this.stop();
    const controller = new AbortController();
    const { signal } = controller;
    const running = { controller, cancel };
    this.#running = running;
    const button = byId<HTMLButtonElement>(cancel);
    const onClick = (): void => this.stop();
    button.addEventListener('click', onClick);
    button.hidden = false;
    if (start) start.disabled = true;
    try {
      return await work(signal);
    } catch (cause) {
      if (cause instanceof Cancelled || signal.aborted) return undefined;
      throw cause;
    } finally {
      if (signal.aborted && signal.reason !== quiet) say('Cancelled.');
      button.removeEventListener('click', onClick);
      const isFocused = document.activeElement === button;
      if (this.#running === running) this.#running = undefined;
      button.hidden = this.#running?.cancel !== cancel; // a later task may have the same button
      if (start) start.disabled = !button.hidden;
      if (isFocused && button.hidden) start?.focus();
    }
  }

  /** Ends what is running, if anything. With `quiet` nothing is said of it, since something else is to be. */
  stop(reason?: typeof quiet): void {
    const running = this.#running;
    this.#running = undefined;
    if (!running) return;
    running.controller.abort(reason);
    this.#client.cancel();
  }
}
