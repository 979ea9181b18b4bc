import { lastLine, missing, oneByOne, outcomeOf, type Runtime, run } from './runtime.ts';

const script = `
import sys, wasm3
environment = wasm3.Environment()
runtime = environment.new_runtime(65536)
with open(sys.argv[1], "rb") as file:
    runtime.load(environment.parse_module(file.read()))
print(runtime.find_function("loadBundled")(), runtime.find_function("selfTest")())
`;

/** wasm3 by its Python package. */
export const wasm3: Runtime = {
  name: 'wasm3',
  tier: 'scalar',
  interpreter: true,
  test: oneByOne(async ({ library }) => {
    const python = process.env.PYTHON ?? 'python3';
    if ((await run(python, ['-c', 'import wasm3'])).code !== 0) return missing('no Python with the package pywasm3');
    const { code, stdout, stderr } = await run(python, ['-c', script, library.scalar]);
    if (code !== 0) return { result: 'failed', what: lastLine(stderr) };
    const [load, selfTest] = stdout.trim().split(' ').map(Number);
    return outcomeOf(load, selfTest);
  }),
};
