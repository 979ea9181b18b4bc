// Compiles assembly/ into build/*.wasm and inlines the engines into src/runtime/engine-inline.ts and engine-scalar-inline.ts.
// What is newer than its sources is left alone; --force builds everything.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { boundAccesses } from './bound-accesses.mjs';
import { optimizeAgain } from './optimize-again.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** asconfig.json target → entry file. A config's `entries` would hold for every target, so they are given here. */
const entries = {
  'engine.simd': 'assembly/index.ts',
  'engine.scalar': 'assembly/index.ts',
  'engine.simd.debug': 'assembly/debug.ts',
  'engine.scalar.debug': 'assembly/debug.ts',
  'engine.float': 'assembly/float.ts',
  liteblock: 'assembly/wasi.ts',
  'liteblock.scalar': 'assembly/wasi.ts',
};
const targets = JSON.parse(readFileSync(join(root, 'asconfig.json'), 'utf8')).targets;
/** The engines that pages get as scripts, since every bundler knows what to do with a script. */
const inlined = {
  'engine.simd': 'src/runtime/engine-inline.ts',
  'engine.scalar': 'src/runtime/engine-scalar-inline.ts',
};

const modified = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

function newestSource() {
  const assembly = readdirSync(join(root, 'assembly'), { recursive: true }).map((name) => join('assembly', name));
  return Math.max(
    ...[
      'asconfig.json',
      'package-lock.json',
      'scripts/build-engine.mjs',
      'scripts/bound-accesses.mjs',
      'scripts/optimize-again.mjs',
      ...assembly,
    ].map(modified),
  );
}

/** Writes beside the file and renames, so that nobody reads half a module; dated to when its sources were read. */
function write(path, contents, time) {
  const full = join(root, path);
  const temporary = `${full}.${process.pid}`;
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(temporary, contents);
  utimesSync(temporary, time, time);
  renameSync(temporary, full);
}

const lines = [];
const out = { write: (text) => lines.push(text) };

async function compile(target, started) {
  const { default: asc } = await import('assemblyscript/asc');
  lines.length = 0;
  let module;
  const { error } = await asc.main(
    [entries[target], '--config', 'asconfig.json', '--target', target, '--baseDir', root],
    {
      stdout: out,
      stderr: out,
      writeFile: (_, contents) => {
        module = contents;
      },
    },
  );
  if (error || !module) throw new Error(`asc, target ${target}: ${error?.message ?? 'no module'}\n${lines.join('')}`);
  // The compiler says so where a further pass over the module would not have made it smaller.
  const warnings = lines.join('').replaceAll('Last converge was suboptimal.', '').trim();
  if (warnings) console.error(warnings);
  module = target.endsWith('.debug') ? boundAccesses(module).bytes : optimizeAgain(module, targets[target]);
  write(targets[target].outFile, module, started);
  console.log(`${targets[target].outFile}  ${module.length.toLocaleString('en')} bytes`);
}

function inline(module, script, started) {
  const text = `// Made by scripts/build-engine.mjs from ${module}.
const base64 =
  '${readFileSync(join(root, module)).toString('base64')}';

/** The engine's module, a fresh copy at every call. */
export function engineBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}
`;
  write(script, text, started);
}

try {
  execFileSync(process.execPath, [join(root, 'scripts/generate-instructions.mjs'), '--check'], { stdio: 'inherit' });
  const started = new Date();
  const newest = process.argv.includes('--force') ? Number.POSITIVE_INFINITY : newestSource();
  for (const target of Object.keys(entries)) {
    if (modified(targets[target].outFile) <= newest) await compile(target, started);
  }
  for (const [target, script] of Object.entries(inlined)) {
    const engine = targets[target].outFile;
    if (modified(script) < modified(engine)) inline(engine, script, new Date(modified(engine)));
  }
} catch (error) {
  // execFileSync has already shown what the child had to say
  if (error.status === undefined) console.error(error.message);
  process.exitCode = 1;
}
