// node scripts/mutants.mjs [ID …]: plants each fault of test/data/mutants.json into a copy of the tree, builds what it needs,
// runs the tests that are named for it, and says which faults no test sees. The tree itself is never changed.
// The exit status is 1 where a fault lived, or could not be planted. All of them take about half an hour on one core.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Links in the copy: what no fault is planted in. */
const linked = ['node_modules', '.tools'];
const leftOut = new Set([...linked, '.git']);

/** Modules that no fault of the engine's kernels needs built again. */
const others = ['engine.float', 'liteblock', 'liteblock.scalar'];

function copyOfTree() {
  const copy = mkdtempSync(join(tmpdir(), 'liteblock-mutants-'));
  cpSync(root, copy, {
    recursive: true,
    preserveTimestamps: true,
    filter: (path) => !leftOut.has(relative(root, path).split('/')[0]),
  });
  for (const name of linked) symlinkSync(join(root, name), join(copy, name));
  return copy;
}

/** A fault may make a loop endless. Tests that take a minute without it take no more than this with it. */
const mostMinutes = 15;

/** Runs a script in the copy, in a process group of its own, which is ended as a whole where it takes too long. */
function run(copy, script, ...args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(copy, script), ...args], { cwd: copy, detached: true });
    const output = [];
    child.stdout.on('data', (text) => output.push(text));
    child.stderr.on('data', (text) => output.push(text));
    let isEndless = false;
    const timer = setTimeout(() => {
      isEndless = true;
      process.kill(-child.pid, 'SIGKILL');
    }, mostMinutes * 60_000);
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ status, isEndless, output: Buffer.concat(output).toString() });
    });
  });
}

/** Builds the engines of the copy. Undefined, or what the compiler says. */
async function build(copy, file) {
  // Dated ahead, a module is newer than its sources.
  const ahead = new Date(Date.now() + 86_400_000);
  const own = file.startsWith('assembly/float') || file.startsWith('assembly/wasi');
  if (!own) for (const name of others) utimesSync(join(copy, `build/${name}.wasm`), ahead, ahead);
  const { status, output } = await run(copy, 'scripts/build-engine.mjs');
  return status === 0 ? undefined : output.trim();
}

/** Whether all tests pass; those that fail are told by name. */
async function test(copy, tests) {
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const results = join(copy, 'build/mutant.json');
  rmSync(results, { force: true });
  const reporter = ['--reporter=json', `--outputFile.json=${results}`];
  const { isEndless } = await run(copy, vitest, 'run', ...tests, '--bail=1', '--maxWorkers=1', ...reporter);
  if (isEndless) return { passed: 0, failed: [`it does not end within ${mostMinutes} minutes`] };
  const { numPassedTests, testResults } = JSON.parse(readFileSync(results, 'utf8'));
  const failed = testResults.flatMap(({ name, message, assertionResults }) => {
    const own = assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
    return own.length === 0 && message ? [`${relative(copy, name)}: ${message.split('\n')[0]}`] : own;
  });
  return { passed: numPassedTests, failed };
}

/** Says what became of one fault: caught, lived, or why it could not be planted. */
async function plant(copy, { file, old, new: planted, tests }) {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  const times = source.split(old).length - 1;
  if (times !== 1) return { state: 'stale', why: `${file} has its text ${times} times, not once: correct the list` };
  writeFileSync(
    path,
    source.replace(old, () => planted),
  );
  try {
    const fault = file.startsWith('assembly/') ? await build(copy, file) : undefined;
    if (fault) return { state: 'stale', why: `it does not build: ${fault.split('\n')[0]}` };
    const { failed } = await test(copy, tests);
    return failed.length > 0 ? { state: 'caught', why: failed[0] } : { state: 'lived', why: `no test of ${tests}` };
  } finally {
    writeFileSync(path, source);
  }
}

const { mutants } = JSON.parse(readFileSync(join(root, 'test/data/mutants.json'), 'utf8'));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((id) => !mutants.some((one) => one.id === id));
if (unknown.length > 0) {
  console.error(`test/data/mutants.json has no ${unknown.join(', ')}`);
  process.exit(2);
}
const chosen = mutants.filter(({ id }) => wanted.length === 0 || wanted.includes(id));

const copy = copyOfTree();
try {
  const fault = await build(copy, '');
  if (fault) throw new Error(`the tree does not build without any fault:\n${fault}`);
  const before = await test(copy, [...new Set(chosen.flatMap(({ tests }) => tests))]);
  if (before.failed.length > 0) throw new Error(`tests fail without any fault: ${before.failed.join('; ')}`);
  console.log(`${before.passed} tests pass without any fault`);

  const counts = { caught: 0, lived: 0, stale: 0 };
  let isStale = false; // the engines of the copy hold the fault before
  for (const mutant of chosen) {
    const inEngine = mutant.file.startsWith('assembly/');
    if (isStale && !inEngine) await build(copy, '');
    const { state, why } = await plant(copy, mutant);
    isStale = inEngine;
    counts[state]++;
    console.log(`${state.padEnd(6)}  ${mutant.id.padEnd(4)} ${mutant.what}\n              ${why}`);
  }
  console.log(`${counts.caught} caught, ${counts.lived} lived, ${counts.stale} could not be planted`);
  process.exitCode = counts.caught === chosen.length ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
