// npm run playground [-- --build] [-- --port N]: makes the page in build/playground, and serves it on this machine.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { copies, entryPoints, folder } from './files.mjs';
import { serve } from './serve.mjs';

/** Makes the folder anew and returns where it is. */
export async function buildPlayground(to = folder) {
  rmSync(to, { recursive: true, force: true });
  await build({
    entryPoints,
    outdir: to,
    bundle: true,
    splitting: true,
    format: 'esm',
    minify: true,
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
    chunkNames: '[name]-[hash]',
  });
  for (const [from, name] of copies) {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    copyFileSync(from, join(to, name));
  }
  return to;
}

/** Bytes after gzip −9 of files, by when they are fetched. */
export function sizesOf(from) {
  const gzipped = (name) => gzipSync(readFileSync(join(from, name)), { level: 9 }).length;
  const names = readdirSync(from).filter((name) => /\.(js|css|html|wasm)$/.test(name));
  const sum = (list) => list.reduce((total, name) => total + gzipped(name), 0);
  const first = reached(from, names, ['main.js', 'worker.js']);
  const compiler = reached(
    from,
    names,
    names.filter((name) => name.startsWith('compiler-')),
  );
  const importers = reached(
    from,
    names,
    names.filter((name) => /^import-(pt2|onnx)-/.test(name)),
  );
  const early = names.filter((name) => (name.endsWith('.js') ? first.has(name) : !/engine\.(scalar|float)/.test(name)));
  return {
    total: sum(names),
    first: sum(early),
    compiler: sum([...compiler].filter((name) => !first.has(name))),
    importer: sum([...importers].filter((name) => !first.has(name) && !compiler.has(name))),
  };
}

/** Scripts that others load at once, themselves included: their `import()`s are fetched when they are needed. */
function reached(from, names, entries) {
  const found = new Set();
  const visit = (name) => {
    if (found.has(name)) return;
    found.add(name);
    const text = readFileSync(join(from, name), 'utf8');
    for (const other of names)
      if (new RegExp(`(from|import) *"\\./${other.replaceAll('.', '\\.')}"`).test(text)) visit(other);
  };
  entries.forEach(visit);
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main().catch((error) => {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  });
}

async function main() {
  const { values } = parseArgs({ options: { build: { type: 'boolean' }, port: { type: 'string', default: '8080' } } });
  await buildPlayground();
  const { total, first, compiler } = sizesOf(folder);
  const count = (bytes) => bytes.toLocaleString('en');
  console.log(
    `build/playground: ${count(total)} bytes gzipped; ${count(first)} for a .lbm; the compiler is ${count(compiler)}`,
  );
  if (!values.build) {
    const port = /^\d+$/.test(values.port) ? Number(values.port) : values.port;
    const { address } = await serve(folder, port);
    console.log(`${address} (this machine only; Ctrl-C ends it)`);
  }
}
