import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findTfliteRuntime } from './tflite-runtime.mjs';

/**
 * Runs a test file that compares `count` random cases with tflite-runtime 2.14.0, with `env` beside the environment, and ends with its
 * status. Ends with 2 and `usage` where the count is not a whole number above 0.
 */
export function compareWithRuntime(usage, count, test, env) {
  if (!/^[1-9]\d*$/.test(count ?? '')) {
    console.error(`usage: ${usage}`);
    process.exit(2);
  }
  if (!findTfliteRuntime({ fetch: true })) {
    console.error('tflite-runtime 2.14.0 cannot be installed: it needs Python 3.9 to 3.11 with pip as python3');
    process.exit(1);
  }
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', test, '--testTimeout=900000'],
    { cwd: fileURLToPath(new URL('..', import.meta.url)), env: { ...process.env, ...env }, stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
}
