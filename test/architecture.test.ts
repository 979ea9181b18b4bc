import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** room → the rooms it may import, types included. Drawn as a picture in ARCHITECTURE.md. */
const arrows: Record<string, readonly string[]> = {
  format: [],
  graph: ['format'],
  arithmetic: ['format', 'graph'],
  runtime: ['arithmetic', 'format'],
  kernels: ['arithmetic', 'format', 'graph'],
  ops: ['arithmetic', 'format', 'graph', 'kernels'],
  import: ['format', 'graph', 'ops'],
  passes: ['format', 'graph'],
  bundle: ['format'],
  network: ['format', 'graph', 'import', 'ops'],
  float: ['arithmetic', 'format', 'graph', 'ops'],
  quantize: ['arithmetic', 'format', 'graph'],
  plan: ['format', 'graph', 'kernels'],
  pack: ['format', 'graph', 'kernels', 'plan'],
  compiler: ['format', 'graph', 'ops', 'network', 'import', 'passes', 'quantize', 'plan', 'pack'],
  analyze: ['arithmetic', 'format', 'graph', 'ops', 'plan'],
  jobs: [
    'analyze',
    'compiler',
    'float',
    'format',
    'graph',
    'import',
    'network',
    'ops',
    'pack',
    'passes',
    'quantize',
    'runtime',
  ],
  cli: [
    'analyze',
    'bundle',
    'compiler',
    'format',
    'graph',
    'import',
    'jobs',
    'network',
    'ops',
    'pack',
    'passes',
    'quantize',
    'runtime',
  ],
};

/** Packages by room; a room without an entry imports none. */
const packages: Record<string, readonly string[]> = {
  runtime: ['@assemblyscript/loader'],
  import: ['flatbuffers'],
  network: ['zod'],
  cli: ['commander', 'cli-progress', 'fast-png', '@jsquash/jpeg/codec/dec/mozjpeg_dec.js'],
};

/** Where Node's own modules may be used: everything else runs in a page and in a Worker too. */
const usesNode = (file: string): boolean => /^(cli|jobs\/files)\//.test(file) || file === 'runtime/node.ts';

/** Files that name the built engine, which lies outside src. */
const usesBuild = (file: string): boolean => ['runtime/node.ts', 'runtime/workerd.ts', 'cli/engines.ts'].includes(file);

const src = fileURLToPath(new URL('../src/', import.meta.url));

/** Everything that code can pull in: import and export from, side-effect imports, import() and new URL. */
function importsIn(code: string): string[] {
  const patterns = [
    /^\s*(?:import|export)\b[^'";]*\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\s*\(\s*['"`]([^'"`]+)['"`]/g,
    /\bnew\s+URL\s*\(\s*['"`]([^'"`]+)['"`]\s*,/g,
  ];
  const withoutComments = code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return patterns.flatMap((pattern) => Array.from(withoutComments.matchAll(pattern), ([, path]) => path as string));
}

/** What stands in the way of `file` (relative to src) importing `path`; undefined where nothing does. */
function objection(file: string, path: string): string | undefined {
  const room = file.split('/')[0] as string;
  if (path.startsWith('node:'))
    return usesNode(file) ? undefined : `${path}: only the command line, jobs/files and runtime/node.ts`;
  if (!path.startsWith('.')) return packages[room]?.includes(path) ? undefined : `${path}: not a package of ${room}`;
  const target = join(dirname(file), path).split(sep).join('/');
  if (target === '../package.json') return file === 'cli/version.ts' ? undefined : `${path}: cli/version.ts reads it`;
  if (target.startsWith('../build/')) return usesBuild(file) ? undefined : `${path}: names the built engine`;
  if (target.startsWith('../')) return `${path}: outside src`;
  const to = target.split('/')[0] as string;
  return to === room || arrows[room]?.includes(to) ? undefined : `${path}: ${room} may not import ${to}`;
}

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => path.endsWith('.ts'))
  .sort();

const importsOf = (file: string): string[] => importsIn(readFileSync(src + file, 'utf8'));

it.each(sources)('%s imports along the arrows', (file) => {
  expect(importsOf(file).flatMap((path) => objection(file, path) ?? [])).toEqual([]);
});

it('has arrows for every room, and no arrow against another', () => {
  const rooms = new Set(sources.map((file) => file.split('/')[0]));
  expect([...rooms].filter((room) => !arrows[room as string])).toEqual([]);
  const reaches = (from: string): string[] => (arrows[from] ?? []).flatMap((to) => [to, ...reaches(to)]);
  expect(Object.keys(arrows).filter((room) => reaches(room).includes(room))).toEqual([]);
});

/** Rooms of many small files, where a circle is made unseen. */
const withoutCircles = sources.filter((file) => /^(analyze|cli|jobs)\//.test(file));

it.each(withoutCircles)('%s imports nothing that imports it', (file) => {
  const imports = importsOf(file).filter((path) => path.startsWith('.'));
  const direct = imports.map((path) => join(dirname(file), path).split(sep).join('/'));
  expect(direct.filter((path) => reachedFrom(path).has(file))).toEqual([]);
});

/** Files of shared rooms that compare operators, and why. Everything else asks an operator's properties. */
const comparesOperators: Record<string, string> = {
  'passes/fold-concat.ts': 'two nodes with each other, whatever they are',
  'analyze/diff/explain.ts': 'two nodes with each other, whatever they are',
  'analyze/diff/facts.ts': 'a layer of one model with a layer of another',
  'analyze/separable.ts': 'names a pair of layers of a compiled file, which holds names alone',
};

it('rooms that all operators share ask for properties, never for an operator', () => {
  const shared = sources.filter((file) => /^(passes|plan|pack|quantize|analyze|compiler)\//.test(file));
  const compares = shared.filter((file) => /\bop(\.type)? *[!=]==/.test(readFileSync(src + file, 'utf8')));
  expect(compares).toEqual(Object.keys(comparesOperators).sort());
});

/** Everything that a file pulls in: files of src with itself, and packages. */
function reachedFrom(entry: string): Set<string> {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file) || !existsSync(src + file)) return;
    reached.add(file);
    for (const path of importsOf(file)) {
      if (path.startsWith('.')) visit(join(dirname(file), path).split(sep).join('/'));
      else reached.add(path);
    }
  };
  visit(entry);
  return reached;
}

const jobsOfPages = sources.filter((file) => /^jobs\/(?!files\/)/.test(file));

it.each(jobsOfPages)('%s runs in a page, too: it reaches no module of Node and no built engine', (job) => {
  const reached = [...reachedFrom(job)];
  expect(reached.filter((file) => file.startsWith('node:') || usesNode(file) || usesBuild(file))).toEqual([]);
});

it.each(['runtime/browser.ts', 'runtime/workerd.ts'])('%s loads neither compiler nor Node', (entry) => {
  const reached = reachedFrom(entry);
  expect(
    [...reached].filter(
      (file) => !/^(runtime|format|\.\.\/build)\/|^arithmetic\/fixed-point\.ts$|^@assemblyscript\/loader$/.test(file),
    ),
  ).toEqual([]);
  expect(reached.size).toBeGreaterThan(5);
});

describe('the walls', () => {
  it.each([
    ["import { a } from '../plan/plan.ts';", '../plan/plan.ts'],
    ["export * from '../plan/plan.ts';", '../plan/plan.ts'],
    ["import '../plan/plan.ts';", '../plan/plan.ts'],
    ["const a = await import('../plan/plan.ts');", '../plan/plan.ts'],
    ["const a = new URL('../plan/plan.ts', import.meta.url);", '../plan/plan.ts'],
    ["import type { A } from '../plan/plan.ts';", '../plan/plan.ts'],
    ["import {\n  a,\n} from '../plan/plan.ts';", '../plan/plan.ts'],
  ])('see %s', (code, path) => {
    expect(importsIn(code)).toEqual([path]);
    expect(objection('runtime/model.ts', path)).toMatch('runtime may not import plan');
  });

  it('stop packages, Node and files outside', () => {
    expect(objection('runtime/model.ts', 'commander')).toMatch('not a package of runtime');
    expect(objection('runtime/model.ts', 'node:fs')).toMatch('only the command line');
    expect(objection('plan/plan.ts', '../../build/engine.simd.wasm')).toMatch('built engine');
    expect(objection('plan/plan.ts', '../../test/support/golden.ts')).toMatch('outside src');
    expect(objection('runtime/model.ts', '../format/read.ts')).toBeUndefined();
  });
});
