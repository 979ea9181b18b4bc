import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { findChromium, findFirefox, findWebkit } from '../../scripts/browsers.mjs';
import { describeWith } from './runtimes.ts';
import { type Site, serve } from './site.ts';

/** How each is started without a driver. */
const browsers = {
  Chromium: {
    find: findChromium,
    args: (profile: string) => [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage'],
      `--user-data-dir=${profile}`,
    ],
    display: [],
  },
  Firefox: {
    find: findFirefox,
    args: (profile: string) => ['--headless', '--no-remote', '--profile', profile],
    display: [],
  },
  WebKit: { find: findWebkit, args: () => [], display: ['xvfb-run', '--auto-servernum'] },
} as const;

export type BrowserName = keyof typeof browsers;

/** Opens a page and gives what it reports: `report(value)` of the script that `reporter` is. */
export type Open = (url: string) => Promise<unknown>;

/** For a page's own script: sends a result, or what was thrown in `work`, to the test. */
export const reporter = `
const to = decodeURIComponent(location.hash.slice(1));
const report = (value) => fetch(to, { method: 'POST', mode: 'no-cors', body: JSON.stringify(value) });
const reportOf = async (work) => {
  try {
    await report(await work());
  } catch (error) {
    await report({ thrown: { name: error.name, code: error.code, message: error.message, stack: error.stack } });
  }
};
addEventListener('error', (event) => report({ thrown: { message: event.message } }));
`;

/**
 * The first page: it puts one page after another into a frame, so that a browser starts once for a whole file. Frames stay:
 * after some that were removed WebKit loads no more.
 */
const framePage = `<!doctype html><title>tests</title><script type="module">
for (;;) {
  const url = await fetch('/next', { method: 'POST' }).then((answer) => answer.text(), () => undefined);
  if (url === undefined) await new Promise((resolve) => setTimeout(resolve, 1000)); // the test has ended, perhaps
  if (url) document.body.append(Object.assign(document.createElement('iframe'), { src: url }));
}
</script><body></body>`;

const patience = 30_000;

class Session {
  readonly #child: ChildProcess;
  readonly #profile: string;
  readonly #site: Site;
  readonly #open: Open;

  private constructor(child: ChildProcess, profile: string, site: Site, open: Open) {
    this.#child = child;
    this.#profile = profile;
    this.#site = site;
    this.#open = open;
  }

  static async start(name: BrowserName, path: string): Promise<Session> {
    const results = new Map<string, (value: unknown) => void>();
    let pending: string[] = [];
    let deliver: ((url: string) => void) | undefined;
    const site = await serve((request, response) => {
      const path = request.url ?? '/';
      if (path === '/next') {
        const answer = (url: string) => response.end(url);
        const url = pending.shift();
        if (url === undefined) deliver = answer;
        else answer(url);
        return;
      }
      const settle = results.get(path);
      if (!settle) {
        response.setHeader('content-type', 'text/html').end(framePage);
        return;
      }
      const pieces: Buffer[] = [];
      request.on('data', (piece) => pieces.push(piece));
      request.on('end', () => {
        response.end();
        settle(JSON.parse(Buffer.concat(pieces).toString()));
      });
    });
    let opened = 0;
    const open: Open = (url) =>
      new Promise((resolve, reject) => {
        const id = `/result/${opened++}`;
        const late = setTimeout(
          () => reject(new Error(`${name}: ${url} reported nothing; asked for: ${site.log.slice(-4).join(' ')}`)),
          patience,
        );
        results.set(id, (value) => {
          clearTimeout(late);
          resolve(value);
        });
        const page = `${url}#${encodeURIComponent(site.origin + id)}`;
        if (deliver) deliver(page);
        else pending = [...pending, page];
        deliver = undefined;
      });
    const { args, display } = browsers[name];
    const profile = mkdtempSync(join(tmpdir(), 'liteblock-browser-'));
    const [command, ...rest] = [...display, path, ...args(profile), `${site.origin}/`];
    const child = spawn(command as string, rest, {
      detached: true, // a group of its own, so that all of it can be ended
      env: { ...process.env, HOME: profile, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', LIBGL_ALWAYS_SOFTWARE: '1' },
      stdio: 'ignore',
    });
    return new Session(child, profile, site, open);
  }

  get open(): Open {
    return this.#open;
  }

  async end(): Promise<void> {
    const child = this.#child;
    const signal = (name: NodeJS.Signals): void => {
      try {
        if (child.pid) process.kill(-child.pid, name);
      } catch {
        // all of it has ended already
      }
    };
    const there = (): boolean => child.exitCode === null && child.signalCode === null;
    signal('SIGTERM'); // xvfb-run cleans up behind itself
    for (let i = 0; i < 20 && there(); i++) await new Promise((resolve) => setTimeout(resolve, 100));
    signal('SIGKILL');
    this.#site.close();
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Tests in each of the browsers named, all three if none is. A browser starts once; `open` shows it page after page. */
export function describeBrowsers(
  name: string,
  fn: (open: Open, browser: BrowserName) => void,
  names: readonly BrowserName[] = ['Chromium', 'Firefox', 'WebKit'],
): void {
  for (const browser of names) {
    describeWith(browser, browsers[browser].find(), `${name} (${browser})`, (path) => {
      let session: Session | undefined;
      beforeAll(async () => {
        session = await Session.start(browser, path);
      });
      afterAll(() => session?.end());
      fn((url) => (session as Session).open(url), browser);
    });
  }
}
