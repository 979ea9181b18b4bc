// npm test: fetches the runtimes that tests start, runs every test, and says by name what was not run.
// Arguments go to vitest (names of files). Its last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findChromium, findFirefox, findWebkit, findWebkitDriver } from './browsers.mjs';
import { findNpmTool, npmTools } from './npm-tools.mjs';
import { findPythonWasmtime } from './python-wasmtime.mjs';
import { findWasm2c } from './wasm2c.mjs';
import { findWasm3 } from './wasm3.mjs';
import { findWasmtime } from './wasmtime.mjs';
import { findWazero } from './wazero.mjs';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const notRun = path('build/not-run.txt');
const results = path('build/test-results.json');

mkdirSync(path('build'), { recursive: true });
rmSync(notRun, { force: true });
rmSync(results, { force: true });

// Tests look for them again; what is missing after this they list in build/not-run.txt, or fail when CI is set.
findWasmtime({ fetch: true });
findWasm3({ fetch: true });
findWasm2c({ fetch: true });
findPythonWasmtime({ fetch: true });
findWazero({ fetch: true });
for (const name of npmTools) findNpmTool(name, { fetch: true });
for (const find of [findChromium, findFirefox, findWebkit, findWebkitDriver]) find({ fetch: true });

const { status } = spawnSync(
  process.execPath,
  [
    path('node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
    ...process.argv.slice(2),
  ],
  { cwd: path('.'), stdio: 'inherit' },
);

/** Tests that passed and failed. A file that could not be read counts as one that failed. */
function count() {
  if (!existsSync(results)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(results, 'utf8'));
  const unread = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return { passed: numPassedTests, failed: numFailedTests + unread.length };
}

const { passed, failed } = count();
if (existsSync(notRun)) {
  const lines = [...new Set(readFileSync(notRun, 'utf8').trim().split('\n'))];
  console.log(`Not run:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}
if (passed + failed === 0) console.log('No test ran.');

// vitest also ends badly for what belongs to no test, such as an error after the last one.
const failures = status === 0 ? failed : Math.max(failed, 1);
console.log(`${passed} passed, ${failures} failed`);
process.exitCode = failures === 0 && passed > 0 ? 0 : 1;
