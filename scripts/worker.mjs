// Builds examples/worker as it would be deployed, for tests and the bench: a copy in build/, so that several can be made at once.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The path of its binary. */
const { default: workerd } = createRequire(import.meta.url)('workerd');

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

/** In wrangler.jsonc, too. Not later than the date of the workerd that is installed. */
export const compatibilityDate = '2026-04-01';

const types = { js: 'ESModule', wasm: 'CompiledWasm', bin: 'Data' };

/** Runs `wrangler deploy --dry-run` on a copy with `model` in it. */
export function buildWorker(name, { model, bulk = false } = {}) {
  const folder = path(`build/workers/${name}`);
  rmSync(folder, { recursive: true, force: true });
  cpSync(path('examples/worker'), folder, {
    recursive: true,
    filter: (from) => !/(worker\/(models|assets)|\.wrangler)$/.test(from),
  });
  const digits = path('test/data/litenet_digits/litenet_digits_int8.tflite');
  execFileSync(process.execPath, [path('examples/worker/build.mjs'), model ?? digits, folder]);
  const log = execFileSync(
    process.execPath,
    [path('node_modules/wrangler/bin/wrangler.js'), 'deploy', '--dry-run', '--outdir', `${folder}/dist`],
    {
      cwd: bulk ? `${folder}/bulk` : folder,
      encoding: 'utf8',
      env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_LOG_PATH: `${folder}/log` },
    },
  );
  const [, size, gzip] = /Total Upload: ([\d.]+) KiB \/ gzip: ([\d.]+) KiB/.exec(log) ?? [];
  const names = readdirSync(`${folder}/dist`).filter((file) => /\.(js|wasm|bin)$/.test(file));
  const modules = names
    .sort((a, b) => Number(b === 'worker.js') - Number(a === 'worker.js'))
    .map((file) => ({
      type: types[file.split('.').pop()],
      path: file,
      contents: readFileSync(`${folder}/dist/${file}`),
    }));
  return { folder, modules, assets: `${folder}/assets`, kib: Number(size), gzipKib: Number(gzip), log };
}

/** Starts it on workerd alone, with nothing beside it whose memory or time would be counted, too. */
export async function serveWorker({ modules, assets, folder }) {
  const kinds = { ESModule: 'esModule', CompiledWasm: 'wasm', Data: 'data' };
  const list = modules.map(({ type, path: file }) => `(name = "${file}", ${kinds[type]} = embed "dist/${file}")`);
  writeFileSync(
    `${folder}/config.capnp`,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [${list.join(', ')}],
      bindings = [(name = "ASSETS", service = "assets")],
      compatibilityDate = "${compatibilityDate}",
    )),
    (name = "assets", disk = (path = "${assets}")),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`,
  );
  const child = spawn(workerd, ['serve', '--control-fd=3', 'config.capnp'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const port = await new Promise((resolve, reject) => {
    createInterface(child.stdio[3]).on('line', (line) => {
      const { event, socket, port } = JSON.parse(line);
      if (event === 'listen' && socket === 'http') resolve(port);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`workerd ended with status ${code} before it listened`)));
  });
  return { url: `http://127.0.0.1:${port}`, pid: child.pid, stop: () => child.kill() };
}
