import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll } from 'vitest';
import { buildPlayground } from '../../examples/playground/build.mjs';
import { serve } from '../../examples/playground/serve.mjs';
import { findChromium } from '../../scripts/browsers.mjs';
import { describeWith } from '../support/runtimes.ts';

const args = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync', '--disable-dev-shm-usage'],
  ...['--disable-background-networking', '--disable-component-update'],
  ...['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
];

/** The page, as a person uses it. */
export class Playground {
  readonly page: Page;
  /** Every address that was asked for. */
  readonly requests: string[] = [];
  readonly errors: unknown[] = [];
  readonly #downloads: string;

  constructor(page: Page, downloads: string) {
    this.page = page;
    this.#downloads = downloads;
    page.on('request', (request) => void this.requests.push(request.url()));
    page.on('pageerror', (error) => void this.errors.push(error));
  }

  text(selector: string): Promise<string> {
    return this.page.$eval(selector, (element) => element.textContent?.trim() ?? '');
  }

  texts(selector: string): Promise<string[]> {
    return this.page.$$eval(selector, (all) => all.map((element) => element.textContent?.trim() ?? ''));
  }

  /** Waits until an element says something. */
  async said(selector: string, what: RegExp): Promise<string> {
    await this.page.waitForFunction(
      (where, source) => new RegExp(source).test(document.querySelector(where)?.textContent ?? ''),
      {},
      selector,
      what.source,
    );
    return this.text(selector);
  }

  async pick(input: string, ...paths: string[]): Promise<void> {
    const element = await this.page.$(`input${input}`);
    await (element as unknown as { uploadFile(...paths: string[]): Promise<void> }).uploadFile(...paths);
  }

  /** Opens files as models and waits for what comes of it. */
  async openModel(...paths: string[]): Promise<string> {
    await this.pick('#files', ...paths);
    return this.said('#status', /layers\./);
  }

  /** name → value of the figures. */
  async figures(): Promise<Record<string, string>> {
    const [names, values] = [await this.texts('dt'), await this.texts('dd')];
    return Object.fromEntries(names.map((name, i) => [name, values[i] as string]));
  }

  /** The cells of rows that are shown. */
  rows(): Promise<string[][]> {
    return this.page.$$eval('#rows tr:not([hidden])', (rows) =>
      rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')),
    );
  }

  async download(): Promise<Uint8Array> {
    const session = await this.page.browser().target().createCDPSession();
    await session.send('Browser.setDownloadBehavior', {
      behavior: 'allowAndName',
      downloadPath: this.#downloads,
      eventsEnabled: true,
    });
    const guid = new Promise<string>((resolve) => {
      session.on('Browser.downloadProgress', ({ state, guid }) => {
        if (state === 'completed') resolve(guid);
      });
    });
    await this.page.click('#download');
    const bytes = readFileSync(join(this.#downloads, await guid));
    await session.detach();
    return bytes;
  }
}

/** Tests of the page in Chromium. It is built and served once; each `open` is a new page. */
export function describePlayground(name: string, fn: (open: () => Promise<Playground>, folder: () => string) => void) {
  describeWith('Chromium', findChromium(), name, (executablePath) => {
    const temporary = mkdtempSync(join(tmpdir(), 'liteblock-playground-'));
    const opened: Playground[] = [];
    let browser: Browser | undefined;
    let site: Awaited<ReturnType<typeof serve>> | undefined;
    const folder = () => join(temporary, 'page');
    beforeAll(async () => {
      site = await serve(await buildPlayground(folder()));
      browser = await puppeteer.launch({ executablePath, args, userDataDir: join(temporary, 'profile') });
    });
    afterAll(async () => {
      await browser?.close();
      site?.server.close();
      rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    });
    fn(async () => {
      for (const { page } of opened.splice(0)) await page.close();
      const playground = new Playground(await (browser as Browser).newPage(), join(temporary, 'downloads'));
      opened.push(playground);
      await playground.page.goto((site as { address: string }).address);
      return playground;
    }, folder);
  });
}
