import { readFileSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { circlesIn, graphOf, importsIn, sourcesOf } from './support/imports.ts';
import { arrows, packages } from './support/rooms.ts';

/** Where Node's own modules may be used: everything else runs in a page and in a Worker too. */
const usesNode = (file: string): boolean => /^(cli|jobs\/files)\//.test(file) || file === 'runtime/node.ts';

/** Files that name the built engine, which lies outside src. */
const usesBuild = (file: string): boolean => ['runtime/node.ts', 'runtime/workerd.ts', 'cli/engines.ts'].includes(file);

const src = fileURLToPath(new URL('../src/', import.meta.url));

/** What stands in the way of `file` (relative to src) importing `path`; undefined where nothing does. */
function objection(file: string, path: string): string | undefined {
  const room = file.split('/')[0] as string;
  if (path.startsWith('node:'))
    return usesNode(file) ? undefined : `${path}: only the command line, jobs/files and runtime/node.ts`;
  if (!path.startsWith('.')) return packages[room]?.includes(path) ? undefined : `${path}: not a package of ${room}`;
  const target = join(dirname(file), path).split(sep).join('/');
  if (/^\.\.\/(templates|dist)\//.test(target))
    return file === 'cli/init/project.ts' ? undefined : `${path}: cli/init/project.ts reads it`;
  if (target === '../package.json') return file === 'cli/version.ts' ? undefined : `${path}: cli/version.ts reads it`;
  if (target.startsWith('../build/')) return usesBuild(file) ? undefined : `${path}: names the built engine`;
  if (target.startsWith('../')) return `${path}: outside src`;
  const to = target.split('/')[0] as string;
  return to === room || arrows[room]?.includes(to) ? undefined : `${path}: ${room} may not import ${to}`;
}

const sources = sourcesOf(src);

const imports = new Map(sources.map((file) => [file, importsIn(readFileSync(src + file, 'utf8'))]));
const importsOf = (file: string): readonly string[] => imports.get(file) ?? importsIn(readFileSync(src + file, 'utf8'));

it.each(sources)('%s imports along the arrows', (file) => {
  expect(importsOf(file).flatMap((path) => objection(file, path) ?? [])).toEqual([]);
});

it('has arrows for every room, and no arrow against another', () => {
  const rooms = new Set(sources.map((file) => file.split('/')[0]));
  expect([...rooms].filter((room) => !arrows[room as string])).toEqual([]);
  const reaches = (from: string): string[] => (arrows[from] ?? []).flatMap((to) => [to, ...reaches(to)]);
  expect(Object.keys(arrows).filter((room) => reaches(room).includes(room))).toEqual([]);
});

it('has the arrows and packages that the table of ARCHITECTURE.md shows', () => {
  const text = readFileSync(new URL('../ARCHITECTURE.md', import.meta.url), 'utf8');
  const listOf = (cell = '–'): string[] => (cell === '–' ? [] : cell.split(', '));
  const rows = [...text.matchAll(/^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$/gm)].map(([, room = '', to, from]) => [
    room,
    { to: listOf(to), from: listOf(from) },
  ]);
  const wanted = Object.entries(arrows).map(([room, to]) => [
    room,
    { to: [...to].sort(), from: (packages[room] ?? []).map((path) => path.replace(/^(@[^/]+\/[^/]+)\/.*$/, '$1')) },
  ]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(wanted));
});

it('has no arrow that no file needs', () => {
  const needed = new Set(
    sources.flatMap((file) =>
      importsOf(file)
        .filter((path) => path.startsWith('.'))
        .map((path) => `${file.split('/')[0]} → ${join(dirname(file), path).split(sep)[0]}`),
    ),
  );
  const listed = Object.entries(arrows).flatMap(([room, others]) => others.map((to) => `${room} → ${to}`));
  expect(listed.filter((arrow) => !needed.has(arrow))).toEqual([]);
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
    if (reached.has(file) || !statSync(src + file, { throwIfNoEntry: false })?.isFile()) return;
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

/** Rooms of the engine, with their files or folders and the rooms that they may import. Drawn in ARCHITECTURE.md. */
const engineRooms: Record<string, { readonly holds: readonly string[]; readonly imports: readonly string[] }> = {
  records: { holds: ['instructions.ts', 'status.ts', 'operand.ts'], imports: [] },
  rounding: { holds: ['requantize.ts', 'store.ts'], imports: ['records'] },
  'checked-arithmetic': { holds: ['checked-arithmetic.ts'], imports: [] },
  digest: { holds: ['crc32.ts', 'xorshift.ts'], imports: [] },
  /** Kernels have all that they know from their arguments. */
  kernels: { holds: ['kernels/'], imports: ['records', 'rounding'] },
  /** The loaded model, and where its rows lie. */
  state: {
    holds: ['fault.ts', 'memory.ts', 'model.ts', 'rows.ts', 'tables.ts', 'variables.ts'],
    imports: ['records', 'checked-arithmetic', 'digest'],
  },
  bounds: { holds: ['bounds/', 'bounded.d.ts'], imports: ['records', 'state'] },
  check: { holds: ['check/'], imports: ['records', 'rounding', 'checked-arithmetic', 'state'] },
  executor: { holds: ['executor.ts', 'dispatch.ts'], imports: ['records', 'state', 'kernels', 'bounds'] },
  load: { holds: ['load.ts'], imports: ['records', 'checked-arithmetic', 'state', 'check', 'bounds'] },
  'self-test': {
    holds: ['self-test.ts'],
    imports: ['records', 'checked-arithmetic', 'digest', 'state', 'executor'],
  },
  float: { holds: ['float/'], imports: [] },
  wasi: { holds: ['wasi/'], imports: ['records', 'checked-arithmetic', 'digest', 'state', 'load'] },
  /** One of each module that is built. */
  entries: {
    holds: ['index.ts', 'wasi.ts', 'float.ts', 'debug.ts'],
    imports: ['records', 'state', 'bounds', 'executor', 'load', 'self-test', 'float', 'wasi'],
  },
};

const assembly = fileURLToPath(new URL('../assembly/', import.meta.url));
const engineSources = sourcesOf(assembly);

const engineRoomOf = (file: string): string | undefined =>
  Object.keys(engineRooms).find((room) =>
    engineRooms[room]?.holds.some((held) => (held.endsWith('/') ? file.startsWith(held) : file === held)),
  );

/** The same for a file of the engine, whose imports have no ending. */
function engineObjection(file: string, path: string): string | undefined {
  const room = engineRoomOf(file) as string;
  if (!path.startsWith('.')) return `${path}: the engine has no packages`;
  const target = `${join(dirname(file), path).split(sep).join('/')}.ts`;
  if (target.startsWith('../')) return `${path}: outside assembly`;
  const to = engineRoomOf(target);
  if (to === undefined) return `${path}: in no room of the engine`;
  return to === room || engineRooms[room]?.imports.includes(to) ? undefined : `${path}: ${room} may not import ${to}`;
}

it.each(engineSources)('assembly/%s imports along the arrows', (file) => {
  expect(engineRoomOf(file)).toBeDefined();
  const paths = importsIn(readFileSync(assembly + file, 'utf8'));
  expect(paths.flatMap((path) => engineObjection(file, path) ?? [])).toEqual([]);
});

it('has files for every room of the engine, and no arrow against another', () => {
  const rooms = new Set(engineSources.map(engineRoomOf));
  expect(Object.keys(engineRooms).filter((room) => !rooms.has(room))).toEqual([]);
  const reaches = (from: string): string[] => (engineRooms[from]?.imports ?? []).flatMap((to) => [to, ...reaches(to)]);
  expect(Object.keys(engineRooms).filter((room) => reaches(room).includes(room))).toEqual([]);
});

it('no files of src import each other', () => {
  expect(circlesIn(graphOf(src, sources))).toEqual([]);
});

it('no files of the engine import each other', () => {
  const graph = graphOf(assembly, engineSources);
  expect(circlesIn(graph)).toEqual([]);
  expect(graph.get('load.ts')).toContain('model.ts');
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

  it.each([
    ["import { loadModel } from '../load';", 'kernels may not import load'],
    ["import { arena } from '../model';", 'kernels may not import state'],
    ["import { nowhere } from '../nowhere';", 'no room of the engine'],
    ["import { opcodes } from '../../src/format/instructions';", 'outside assembly'],
  ])('stop a kernel of the engine at %s', (code, message) => {
    expect(engineObjection('kernels/gemm.ts', importsIn(code)[0] as string)).toMatch(message);
  });

  it('find circles of files, of any length', () => {
    const imports = new Map([
      ['a.ts', ['b.ts']],
      ['b.ts', ['c.ts', 'd.ts']],
      ['c.ts', ['a.ts']],
      ['d.ts', ['e.ts']],
      ['e.ts', ['d.ts']],
      ['f.ts', ['a.ts', 'e.ts']],
    ]);
    expect(circlesIn(imports)).toEqual([
      ['a.ts', 'b.ts', 'c.ts'],
      ['d.ts', 'e.ts'],
    ]);
  });

  it('stop packages, Node and files outside', () => {
    expect(objection('runtime/model.ts', 'commander')).toMatch('not a package of runtime');
    expect(objection('runtime/model.ts', 'node:fs')).toMatch('only the command line');
    expect(objection('plan/plan.ts', '../../build/engine.simd.wasm')).toMatch('built engine');
    expect(objection('plan/plan.ts', '../../test/support/golden.ts')).toMatch('outside src');
    expect(objection('runtime/model.ts', '../format/read.ts')).toBeUndefined();
  });
});
