import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdtemp, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, isAbsolute, join } from 'node:path';
import { LiteBlockError } from '../../format/errors.ts';
import { interruptible } from '../../jobs/files/interruptible.ts';
import { systemReason } from '../../jobs/files/system-error.ts';
import { missing, type Outcome, outcomeOf, type Runtime } from './runtime.ts';

interface Browser {
  readonly name: string;
  /** A variable that may name it, then names on the PATH or whole paths. */
  readonly variable: string;
  readonly names: readonly string[];
  readonly args: (profile: string, url: string) => readonly string[];
  /** Where it has no headless mode of its own, a program that gives it a display. */
  readonly display?: readonly string[];
}

const browsers: readonly Browser[] = [
  {
    name: 'Chromium',
    variable: 'CHROMIUM',
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    args: (profile, url) => [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update', `--user-data-dir=${profile}`, url],
    ],
  },
  {
    name: 'Firefox',
    variable: 'FIREFOX',
    names: ['firefox', 'firefox-esr'],
    args: (profile, url) => ['--headless', '--no-remote', '--profile', profile, url],
  },
  {
    name: 'WebKit',
    variable: 'WEBKIT',
    names: [
      '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
      '/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
    ],
    args: (_, url) => [url],
    display: ['xvfb-run', '--auto-servernum'],
  },
];

/** Tests the modules /0.wasm, /1.wasm … one after another and reports what came. */
const page = (count: number): string => `<!doctype html><title>self-test</title><script type="module">
const outcomes = [];
for (let i = 0; i < ${count}; i++) {
  try {
    const { instance } = await WebAssembly.instantiateStreaming(fetch('/' + i + '.wasm'));
    const { loadBundled, selfTest } = instance.exports;
    outcomes.push({ load: loadBundled(), selfTest: selfTest() });
  } catch (error) {
    outcomes.push({ error: String(error) });
  }
}
await fetch('/result', { method: 'POST', body: JSON.stringify(outcomes) });
</script>`;

interface Reported {
  readonly error?: string;
  readonly load: number;
  readonly selfTest: number;
}

/** What the page sent; undefined for anything that another program may have sent. */
function outcomesOf(body: string, models: number): Outcome[] | undefined {
  let reported: readonly (Reported | null)[];
  try {
    reported = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!Array.isArray(reported) || reported.length !== models) return undefined;
  return reported.map((each: Reported | null) => {
    const { error, load = Number.NaN, selfTest = Number.NaN } = each ?? {};
    return error ? { result: 'failed', what: error } : outcomeOf(load, selfTest);
  });
}

/** Serves the page and its modules; the result is what the page sends back. */
async function serve(modules: readonly Uint8Array[]): Promise<{ server: Server; result: Promise<Outcome[]> }> {
  let settle: (outcomes: Outcome[]) => void = () => undefined;
  const result = new Promise<Outcome[]>((resolve) => {
    settle = resolve;
  });
  const server = createServer((request, response) => {
    const module = modules[Number(/^\/(\d+)\.wasm$/.exec(request.url ?? '')?.[1])];
    if (request.url === '/') response.setHeader('content-type', 'text/html').end(page(modules.length));
    else if (module) response.setHeader('content-type', 'application/wasm').end(module);
    else if (request.url === '/result') {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        response.end();
        const outcomes = outcomesOf(body, modules.length);
        if (outcomes) settle(outcomes);
      });
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const what = `127.0.0.1: no page can be served to browsers: ${systemReason(cause)}`;
      reject(new LiteBlockError('engine', what, [], { cause }));
    });
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, result };
}

async function find({ variable, names }: Browser): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((path) => path !== '');
  const given = process.env[variable];
  const candidates = given
    ? [given]
    : names.flatMap((name) => (isAbsolute(name) ? name : folders.map((path) => join(path, name))));
  for (const path of candidates) {
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return undefined;
}

/** Ends a browser and all that it has started: it was given a process group of its own, and a moment to clear up. */
function stop(child: ChildProcess): void {
  send(child, 'SIGTERM');
  setTimeout(() => send(child, 'SIGKILL'), 2000);
}

function send(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (child.pid) process.kill(-child.pid, signal);
  } catch {
    // it has ended already
  }
}

const patience = 90_000;

const inBrowser = (browser: Browser, tier: 'simd' | 'scalar'): Runtime => ({
  name: browser.name,
  tier,
  async test(models) {
    const all = (outcome: Outcome): Outcome[] => models.map(() => outcome);
    const path = await find(browser);
    if (!path) return all(missing(`no ${browser.names.join(' or ')}, and ${browser.variable} is not set`));
    const modules = await Promise.all(models.map(({ library }) => readFile(library[tier])));
    const served = await serve(modules).catch((error: Error) => error);
    if (served instanceof Error) return all({ result: 'failed', what: served.message });
    const { server, result } = served;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const profile = await mkdtemp(join(models[0].folder, 'profile-'));
    const [command, ...before] = [...(browser.display ?? []), path];
    const child = spawn(command, [...before, ...browser.args(profile, url)], {
      detached: true,
      env: { ...process.env, HOME: profile, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', LIBGL_ALWAYS_SOFTWARE: '1' },
      stdio: 'ignore',
    });
    let timer: NodeJS.Timeout | undefined;
    const gone = new Promise<Outcome[]>((resolve) => {
      child.on('error', (error) => resolve(all({ result: 'failed', what: error.message })));
      timer = setTimeout(() => resolve(all({ result: 'failed', what: `no answer in ${patience / 1000} s` })), patience);
    });
    try {
      return await interruptible(
        () => send(child, 'SIGKILL'),
        () => Promise.race([result, gone]),
      );
    } finally {
      clearTimeout(timer);
      stop(child);
      server.closeAllConnections();
      server.close();
    }
  },
});

/** Browsers without a driver: a page tests itself and sends what came to a server of this program. */
export const pages: readonly Runtime[] = browsers.flatMap((browser) => [
  inBrowser(browser, 'simd'),
  inBrowser(browser, 'scalar'),
]);
