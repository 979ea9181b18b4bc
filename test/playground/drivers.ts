import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';
import { findChromium, findFirefox, findWebkit, findWebkitDriver } from '../../scripts/browsers.mjs';

/** Points of one stroke, in parts of an element's sides. */
export type Path = readonly (readonly [x: number, y: number])[];

/** A browser with one page, as a person uses it. */
export interface Driver {
  goto(url: string): Promise<void>;
  /** Runs a function in the page. It sees its arguments and nothing else of the test. */
  evaluate<Args extends readonly unknown[], T>(fn: (...args: Args) => T, ...args: Args): Promise<T>;
  click(selector: string): Promise<void>;
  /** Presses keys one after the other in what has the focus. */
  press(...keys: readonly string[]): Promise<void>;
  /** Gives files to a file input. */
  pick(selector: string, ...paths: readonly string[]): Promise<void>;
  /** Draws on an element by pointer events: the button is down along each path. */
  draw(selector: string, paths: readonly Path[]): Promise<void>;
  resize(width: number, height: number): Promise<void>;
  screenshot(path: string): Promise<void>;
  close(): Promise<void>;
}

export const timeout = 50_000;

async function startPuppeteer(browser: Browser): Promise<Driver> {
  const page = await browser.newPage();
  page.setDefaultTimeout(timeout);
  return {
    goto: async (url) => void (await page.goto(url)),
    evaluate: (fn, ...args) => page.evaluate(fn as never, ...(args as readonly unknown[] as never[])) as never,
    click: (selector) => page.click(selector),
    async press(...keys) {
      for (const key of keys) await page.keyboard.press(key as never);
    },
    async pick(selector, ...paths) {
      const input = await page.$(selector);
      await (input as unknown as { uploadFile(...paths: string[]): Promise<void> }).uploadFile(...paths);
    },
    async draw(selector, paths) {
      const element = await page.waitForSelector(selector, { visible: true });
      await element?.scrollIntoView();
      const { x, y, width, height } = ((await element?.boundingBox()) ?? nowhere) satisfies Box;
      for (const [first, ...others] of paths) {
        await page.mouse.move(x + (first as Point)[0] * width, y + (first as Point)[1] * height);
        await page.mouse.down();
        for (const [right, down] of others) await page.mouse.move(x + right * width, y + down * height);
        await page.mouse.up();
      }
    },
    resize: (width, height) => page.setViewport({ width, height }),
    screenshot: async (path) => void (await page.screenshot({ path: path as `${string}.png`, fullPage: true })),
    close: () => browser.close(),
  };
}

type Point = readonly [number, number];
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
const nowhere: Box = { x: 0, y: 0, width: 0, height: 0 };

const startChromium = async (executablePath: string): Promise<Driver> =>
  startPuppeteer(
    await puppeteer.launch({
      executablePath,
      timeout,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage'],
    }),
  );

const startFirefox = async (executablePath: string): Promise<Driver> =>
  startPuppeteer(await puppeteer.launch({ browser: 'firefox', executablePath, timeout }));

const elementKey = 'element-6066-11e4-a52e-4f735466cecf';
/** Keys by the code points that WebDriver gives them. */
const keyCodes: Readonly<Record<string, string>> = { Tab: '\ue004', Enter: '\ue007', Space: ' ' };

/** WebKitGTK's small browser by W3C WebDriver, on a display of its own. */
class WebKit implements Driver {
  readonly #child: ChildProcess;
  readonly #home: string;
  readonly #session: string;

  private constructor(child: ChildProcess, home: string, session: string) {
    this.#child = child;
    this.#home = home;
    this.#session = session;
  }

  static async start(driver: string, browser: string): Promise<WebKit> {
    const home = mkdtempSync(join(tmpdir(), 'liteblock-webkit-'));
    const port = await freePort();
    const screen = ['--auto-servernum', '--server-args=-screen 0 1400x1600x24'];
    const child = spawn('xvfb-run', [...screen, driver, `--port=${port}`], {
      detached: true, // a group of its own, so that all of it can be ended
      env: { ...process.env, HOME: home, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', LIBGL_ALWAYS_SOFTWARE: '1' },
      stdio: 'ignore',
    });
    const address = `http://127.0.0.1:${port}`;
    for (let tries = 0; ; tries++) {
      const status = await fetch(`${address}/status`).catch(() => undefined);
      if (status?.ok) break;
      if (tries === 200) throw new Error('WebKitWebDriver did not start');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const options = { 'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] } };
    const { sessionId } = (await command(address, 'POST', '/session', {
      capabilities: { alwaysMatch: options },
    })) as { sessionId: string };
    const webkit = new WebKit(child, home, `${address}/session/${sessionId}`);
    await webkit.resize(1280, 1000);
    return webkit;
  }

  #send(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    return command(this.#session, method, path, body);
  }

  async #find(selector: string): Promise<string> {
    const found = await this.#send('POST', '/element', { using: 'css selector', value: selector });
    return (found as Record<string, string>)[elementKey] as string;
  }

  /** By way of an empty page: what comes next must not meet the page of before. */
  async goto(url: string): Promise<void> {
    await this.#send('POST', '/url', { url: 'about:blank' });
    await this.#send('POST', '/url', { url });
    while (!(await this.evaluate(() => location.href !== 'about:blank' && document.readyState === 'complete'))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async evaluate<Args extends readonly unknown[], T>(fn: (...args: Args) => T, ...args: Args): Promise<T> {
    // The policy of the page forbids eval, but not what a driver runs.
    const script = `const done = arguments[arguments.length - 1];
      const given = [...arguments].slice(0, -1);
      Promise.resolve().then(() => (${fn})(...given)).then((value) => done({ value }), (error) => done({ thrown: String(error) }));`;
    const { value, thrown } = (await this.#send('POST', '/execute/async', { script, args })) as {
      value: T;
      thrown?: string;
    };
    if (thrown !== undefined) throw new Error(thrown);
    return value;
  }

  async click(selector: string): Promise<void> {
    await this.evaluate((where) => document.querySelector(where)?.scrollIntoView({ block: 'center' }), selector);
    await this.#send('POST', `/element/${await this.#find(selector)}/click`, {});
  }

  async press(...keys: readonly string[]): Promise<void> {
    const actions = keys.flatMap((key) => ['keyDown', 'keyUp'].map((type) => ({ type, value: keyCodes[key] ?? key })));
    await this.#send('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  async pick(selector: string, ...paths: readonly string[]): Promise<void> {
    await this.#send('POST', `/element/${await this.#find(selector)}/value`, { text: paths.join('\n') });
  }

  async draw(selector: string, paths: readonly Path[]): Promise<void> {
    const box = await this.evaluate((where) => {
      const element = document.querySelector(where) as HTMLElement;
      element.scrollIntoView({ block: 'center' });
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x, y, width, height };
    }, selector);
    const move = ([x, y]: Point) => ({
      ...{ type: 'pointerMove', duration: 0, origin: 'viewport' },
      ...{ x: Math.round(box.x + x * box.width), y: Math.round(box.y + y * box.height) },
    });
    const actions = paths.flatMap(([first, ...others]) => [
      ...[move(first as Point), { type: 'pointerDown', button: 0 }],
      ...[...others.map(move), { type: 'pointerUp', button: 0 }],
    ]);
    const mouse = { type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions };
    await this.#send('POST', '/actions', { actions: [mouse] });
  }

  /** The page itself gets this size, without the frame of the window around it. */
  async resize(width: number, height: number): Promise<void> {
    let [w, h] = [width, height];
    for (let tries = 0; tries < 5; tries++) {
      await this.#send('POST', '/window/rect', { width: w, height: h });
      const [iw, ih] = await this.evaluate(() => [innerWidth, innerHeight] as const);
      if (iw === width) break;
      [w, h] = [w + width - iw, h + height - ih];
    }
  }

  async screenshot(path: string): Promise<void> {
    writeFileSync(path, Buffer.from((await this.#send('GET', '/screenshot')) as string, 'base64'));
  }

  async close(): Promise<void> {
    await this.#send('DELETE', '').catch(() => undefined);
    const signal = (name: NodeJS.Signals): void => {
      try {
        if (this.#child.pid) process.kill(-this.#child.pid, name);
      } catch {
        // all of it has ended already
      }
    };
    const there = (): boolean => this.#child.exitCode === null && this.#child.signalCode === null;
    signal('SIGTERM'); // xvfb-run cleans up behind itself
    for (let i = 0; i < 20 && there(); i++) await new Promise((resolve) => setTimeout(resolve, 100));
    signal('SIGKILL');
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function command(address: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(address + path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { value: unknown };
  if (!response.ok) throw new Error(`WebKit: ${method} ${path}: ${JSON.stringify(value)}`);
  return value;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** How each browser is found and started. */
export const drivers: Readonly<Record<string, () => (() => Promise<Driver>) | undefined>> = {
  Chromium() {
    const path = findChromium();
    return path === undefined ? undefined : () => startChromium(path);
  },
  Firefox() {
    const path = findFirefox();
    return path === undefined ? undefined : () => startFirefox(path);
  },
  WebKit() {
    const [browser, driver] = [findWebkit(), findWebkitDriver()];
    return browser === undefined || driver === undefined ? undefined : () => WebKit.start(driver, browser);
  },
};
