// Finds Chromium, Firefox and WebKit. As a script it fetches those that are missing and prints paths, or what to do.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Each by a variable, by names on the PATH or whole paths, and by Debian's packages. */
const browsers = {
  Chromium: {
    variable: 'CHROMIUM',
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    packages: ['chromium'],
  },
  Firefox: {
    variable: 'FIREFOX',
    names: ['firefox-esr', 'firefox'],
    packages: ['firefox-esr'],
  },
  // It has no headless mode: xvfb-run gives it a display.
  WebKit: {
    variable: 'WEBKIT',
    names: [
      '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
      '/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
    ],
    needs: 'xvfb-run',
    packages: ['libwebkit2gtk-4.1-0', 'xvfb', 'xauth'],
  },
  // It lets a test click and type in WebKit, as WebDriver says; it needs the same display.
  'WebKit driver': {
    variable: 'WEBKIT_DRIVER',
    names: ['WebKitWebDriver'],
    needs: 'xvfb-run',
    packages: ['webkit2gtk-driver', 'xvfb', 'xauth'],
  },
};

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const folders = () => (process.env.PATH ?? '').split(delimiter).filter((path) => path !== '');
const candidates = (name) => (isAbsolute(name) ? [name] : folders().map((folder) => join(folder, name)));
const onMachine = (names) => names.flatMap(candidates).find(runs);

/** Debian's packages, where the user may install them. */
function install(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', args, { env, stdio: 'ignore' }).status === 0;
  return process.getuid?.() === 0 && apt('update') && apt('install', '-y', '--no-install-recommends', ...packages);
}

/** The variable, then the PATH, then (with `fetch`, as root) apt-get; undefined where none has one. */
function find(name, { fetch = false } = {}) {
  const { variable, names, needs, packages } = browsers[name];
  const given = process.env[variable];
  if (given && !runs(given)) throw new Error(`${variable}=${given}: it is not a program`);
  const there = () => (needs && !onMachine([needs]) ? undefined : (given ?? onMachine(names)));
  return there() ?? (fetch && install(packages) ? there() : undefined);
}

export const findChromium = (options) => find('Chromium', options);
export const findFirefox = (options) => find('Firefox', options);
export const findWebkit = (options) => find('WebKit', options);
export const findWebkitDriver = (options) => find('WebKit driver', options);

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  for (const [name, { variable, packages }] of Object.entries(browsers)) {
    const path = find(name, { fetch: true });
    if (path) {
      console.log(path);
    } else {
      console.error(`no ${name}: apt-get install ${packages.join(' ')}, or name one in ${variable}`);
      process.exitCode = 1;
    }
  }
}
