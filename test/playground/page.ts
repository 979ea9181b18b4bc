import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll } from 'vitest';
import { buildPlayground } from '../../examples/playground/build.mjs';
import { serve } from '../../examples/playground/serve.mjs';
import { findChromium, findFirefox } from '../../scripts/browsers.mjs';
import { describeWith } from '../support/runtimes.ts';

const chromiumArguments = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync', '--disable-dev-shm-usage'],
  ...['--disable-background-networking', '--disable-component-update'],
  ...['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
];

/** Machines that run tests may be busy. */
const timeout = 50_000;

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
    page.setDefaultTimeout(timeout);
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

  /** The file that a click on the link saves. A browser writes it under another name, or beside one, until it is whole. */
  async download(): Promise<Uint8Array> {
    // Hidden until the model is there: a report of an earlier one may still be read meanwhile.
    await this.page.waitForSelector('#download', { visible: true });
    await this.page.click('#download');
    for (;;) {
      const names = readdirSync(this.#downloads);
      const file = names.length === 1 ? join(this.#downloads, names[0] as string) : '';
      if (file.endsWith('.lbm') && statSync(file).size > 0) {
        const bytes = readFileSync(file);
        rmSync(file);
        return bytes;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

interface Folders {
  readonly profile: string;
  readonly downloads: string;
}

const startChromium = (executablePath: string, { profile, downloads }: Folders): Promise<Browser> =>
  puppeteer.launch({
    executablePath,
    timeout,
    args: chromiumArguments,
    userDataDir: profile,
    downloadBehavior: { policy: 'allow', downloadPath: downloads },
  });

const startFirefox = (executablePath: string, { downloads }: Folders): Promise<Browser> =>
  puppeteer.launch({
    browser: 'firefox',
    executablePath,
    timeout,
    extraPrefsFirefox: {
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
      'browser.helperApps.neverAsk.saveToDisk': 'application/octet-stream',
    },
  });

const launches = {
  Chromium: { find: findChromium, launch: startChromium },
  Firefox: { find: findFirefox, launch: startFirefox },
};

/** Tests of the page in a browser. It is built and served once; each `open` is a new page. */
export function describePlayground(
  name: string,
  browserName: keyof typeof launches,
  fn: (open: () => Promise<Playground>, folder: () => string) => void,
): void {
  const { find, launch } = launches[browserName];
  describeWith(browserName, find(), `${name} (${browserName})`, (path) => {
    const temporary = mkdtempSync(join(tmpdir(), 'liteblock-playground-'));
    const [folder, downloads, profile] = ['page', 'downloads', 'profile'].map((part) => join(temporary, part)) as [
      ...[string, string, string],
    ];
    mkdirSync(downloads);
    const opened: Playground[] = [];
    let browser: Browser | undefined;
    let site: Awaited<ReturnType<typeof serve>> | undefined;
    beforeAll(async () => {
      site = await serve(await buildPlayground(folder));
      browser = await launch(path, { profile, downloads });
    });
    afterAll(async () => {
      await browser?.close();
      site?.server.close();
      rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    });
    fn(
      async () => {
        for (const { page } of opened.splice(0)) await page.close();
        const playground = new Playground(await (browser as Browser).newPage(), downloads);
        opened.push(playground);
        await playground.page.goto((site as { address: string }).address);
        return playground;
      },
      () => folder,
    );
  });
}
