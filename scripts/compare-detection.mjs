// Compares random detection heads with TFLite_Detection_PostProcess of tflite-runtime 2.14.0, number for number:
//   node scripts/compare-detection.mjs COUNT
// SEED=n gives other heads. SAMPLE=1 writes the first outputs to test/data/detect, which `npm test` holds without the runtime.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findTfliteRuntime } from './tflite-runtime.mjs';

const [count] = process.argv.slice(2);
if (!/^[1-9]\d*$/.test(count ?? '')) {
  console.error('usage: node scripts/compare-detection.mjs COUNT');
  process.exit(2);
}
if (!findTfliteRuntime({ fetch: true })) {
  console.error('tflite-runtime 2.14.0 cannot be installed: it needs Python 3.9 to 3.11 with pip as python3');
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', 'test/detect/vectors.test.ts', '--testTimeout=900000'],
  {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, COMPARE_DETECTION: count },
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
