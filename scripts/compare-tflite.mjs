// Compares random .tflite files of one operator each with the reference kernels of tflite-runtime 2.14.0, byte for byte:
//   node scripts/compare-tflite.mjs COUNT [OPERATOR …]
// COUNT files of each operator that test/reference/catalogue.ts names, or of those given. SEED=n gives other files.
// SAMPLE=1 writes the outputs of the first files to test/data/reference, which `npm test` holds without the runtime.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findTfliteRuntime } from './tflite-runtime.mjs';

const [count, ...names] = process.argv.slice(2);
if (!/^[1-9]\d*$/.test(count ?? '')) {
  console.error('usage: node scripts/compare-tflite.mjs COUNT [OPERATOR …]');
  process.exit(2);
}
if (!findTfliteRuntime({ fetch: true })) {
  console.error('tflite-runtime 2.14.0 cannot be installed: it needs Python 3.9 to 3.11 with pip as python3');
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', 'test/reference/compare.test.ts', '--testTimeout=900000'],
  {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, COMPARE: count, OPERATORS: names.join(',') },
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
