import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { buildPlayground } from '../../examples/playground/build.mjs';
import { serve } from '../../examples/playground/serve.mjs';
import { describeWith } from '../support/runtimes.ts';
import { type Driver, drivers, timeout } from './drivers.ts';

export interface TestFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The page in any browser. */
export class Page {
  readonly driver: Driver;

  constructor(driver: Driver) {
    this.driver = driver;
  }

  text(selector: string): Promise<string> {
    return this.driver.evaluate((where) => document.querySelector(where)?.textContent?.trim() ?? '', selector);
  }

  texts(selector: string): Promise<string[]> {
    return this.driver.evaluate(
      (where) => [...document.querySelectorAll(where)].map((element) => element.textContent?.trim() ?? ''),
      selector,
    );
  }

  isShown(selector: string): Promise<boolean> {
    return this.driver.evaluate((where) => {
      const element = document.querySelector(where);
      return element !== null && element.getClientRects().length > 0;
    }, selector);
  }

  /** Sets a field as a person would have. */
  async set(selector: string, value: string): Promise<void> {
    await this.driver.evaluate(
      (where, text) => {
        const field = document.querySelector(where) as HTMLInputElement;
        field.value = text;
        for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, { bubbles: true }));
      },
      selector,
      value,
    );
  }

  /** Waits until the model has run on all that it was given. */
  async settled(): Promise<void> {
    while (await this.driver.evaluate(() => document.querySelector('#outcome')?.ariaBusy === 'true')) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Waits until an element says something, and returns all that it says. */
  async said(selector: string, what: RegExp): Promise<string> {
    for (const start = Date.now(); ; ) {
      const text = await this.text(selector);
      if (what.test(text)) return text;
      if (Date.now() - start > timeout) {
        throw new Error(`${selector} says "${text}", not ${what}; failure: ${await this.text('#failure')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Drops files on an element. */
  drop(selector: string, files: readonly TestFile[]): Promise<void> {
    return this.#give('drop', selector, files);
  }

  /** Gives an input of folders the files of one; their names are paths in it. */
  pickFolder(selector: string, files: readonly TestFile[]): Promise<void> {
    return this.#give('pick', selector, files);
  }

  async #give(how: 'drop' | 'pick', selector: string, files: readonly TestFile[]): Promise<void> {
    await this.driver.evaluate(
      (dropOrPick, where, given) => {
        const dataTransfer = new DataTransfer();
        for (const { name, base64, type } of given) {
          const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          dataTransfer.items.add(
            new File([bytes], dropOrPick === 'drop' ? name : (name.split('/').at(-1) ?? ''), { type }),
          );
        }
        const element = document.querySelector(where) as HTMLInputElement;
        if (dropOrPick === 'drop') {
          element.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true, bubbles: true }));
          return;
        }
        element.files = dataTransfer.files;
        [...element.files].forEach((file, i) => {
          Object.defineProperty(file, 'webkitRelativePath', { value: given[i]?.name });
        });
        element.dispatchEvent(new Event('change', { bubbles: true }));
      },
      how,
      selector,
      files.map(({ name, bytes }) => ({
        name,
        base64: Buffer.from(bytes).toString('base64'),
        type: name.endsWith('.png') ? 'image/png' : '',
      })),
    );
  }
}

/** Tests of the page in each of the three browsers. It is built and served once for each; `open` loads it anew. */
export function describeEverywhere(
  name: string,
  fn: (open: (search?: string) => Promise<Page>, browser: string, folder: string) => void,
): void {
  for (const [browser, find] of Object.entries(drivers)) {
    describeWith(browser, find(), `${name} (${browser})`, (start) => {
      const folder = mkdtempSync(join(tmpdir(), 'liteblock-playground-'));
      let driver: Driver | undefined;
      let site: Awaited<ReturnType<typeof serve>> | undefined;
      beforeAll(async () => {
        site = await serve(await buildPlayground(join(folder, 'page')));
        driver = await start();
      });
      afterAll(async () => {
        await driver?.close();
        site?.server.close();
        rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      });
      fn(
        async (search = '') => {
          const page = new Page(driver as Driver);
          await page.driver.goto(`${(site as { address: string }).address}${search}`);
          return page;
        },
        browser,
        join(folder, 'page'),
      );
    });
  }
}
