// Finds a Python that has tflite-runtime 2.14.0, whose reference kernels decide the bytes. As a script it prints how to start it.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pipInstall, tools } from './pip.mjs';

const packages = ['tflite-runtime==2.14.0', 'numpy==1.26.4'];
const folders = packages.map((one) => one.replace('==', '-'));

/** How to start it: the command and what to add to its environment. */
const inTools = () => ({
  command: 'python3',
  env: {
    PYTHONPATH: [...folders.map((folder) => join(tools, folder)), process.env.PYTHONPATH]
      .filter(Boolean)
      .join(delimiter),
  },
});

const imports = ({ command, env }) =>
  spawnSync(command, ['-c', 'import tflite_runtime.interpreter'], { env: { ...process.env, ...env }, stdio: 'ignore' })
    .status === 0;

/** .tools/, then (with `fetch`) pip; undefined where neither has it. Wheels are there for Python 3.9 to 3.11. */
export function findTfliteRuntime({ fetch = false } = {}) {
  if (imports(inTools())) return inTools();
  if (!fetch) return undefined;
  for (const [i, requirement] of packages.entries()) {
    if (existsSync(join(tools, folders[i]))) continue;
    const reason = pipInstall(requirement, folders[i], ['--only-binary=:all:']);
    if (reason) console.error(reason);
  }
  return imports(inTools()) ? inTools() : undefined;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const python = findTfliteRuntime({ fetch: true });
  if (python) {
    console.log(`PYTHONPATH=${python.env.PYTHONPATH} ${python.command}`);
  } else {
    console.error('no tflite-runtime 2.14.0: install Python 3.9 to 3.11 with pip as python3');
    process.exitCode = 1;
  }
}
