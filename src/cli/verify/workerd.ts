import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstThatRuns, lastLine, missing, oneByOne, outcomeOf, type Runtime, run } from './runtime.ts';

const worker = `import module from './model.wasm';
export default {
  async test() {
    const { loadBundled, selfTest } = new WebAssembly.Instance(module, {}).exports;
    console.log('statuses', loadBundled(), selfTest());
  },
};
`;

const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js"), (name = "model.wasm", wasm = embed "model.wasm")],
  compatibilityDate = "2025-01-01",
))]);
`;

/** Cloudflare's runtime, which compiles no bytes: the bundle is an imported module. */
export const workerd: Runtime = {
  name: 'workerd',
  tier: 'simd',
  test: oneByOne(async ({ folder, library }) => {
    const path = await firstThatRuns([process.env.WORKERD, 'workerd']);
    if (!path) return missing('no workerd in WORKERD or on the PATH');
    await copyFile(library.simd, join(folder, 'model.wasm'));
    await writeFile(join(folder, 'worker.js'), worker);
    await writeFile(join(folder, 'config.capnp'), config);
    const { stdout, stderr } = await run(path, ['test', 'config.capnp'], { cwd: folder });
    const statuses = /statuses (\d+) (\d+)/.exec(stdout + stderr);
    if (!statuses) return { result: 'failed', what: lastLine(stderr) };
    return outcomeOf(Number(statuses[1]), Number(statuses[2]));
  }),
};
