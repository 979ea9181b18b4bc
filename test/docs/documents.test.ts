import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findNpmTool } from '../../scripts/npm-tools.mjs';
import { pack } from '../support/packed.ts';
import { describeWith, root, temporaryFolder } from '../support/runtimes.ts';

/** Links of all documents that are published, and snippets of README.md and docs. */

const folder = temporaryFolder();
let published: ReadonlySet<string>;

beforeAll(() => {
  const tarball = pack(folder.path);
  const names = execFileSync('tar', ['tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
  published = new Set(names.map((name) => name.replace(/^package\//, '')));
  mkdirSync(join(folder.path, 'node_modules/liteblock'), { recursive: true });
  execFileSync('tar', ['xzf', tarball, '-C', join(folder.path, 'node_modules/liteblock'), '--strip-components=1']);
  for (const name of ['@types', 'zod', 'undici-types'])
    symlinkSync(`${root}node_modules/${name}`, join(folder.path, 'node_modules', name));
}, 120_000);
afterAll(() => folder.remove());

const documents = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'RUNBOOK.md', 'CHANGELOG.md'],
  ...readdirSync(`${root}docs`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** GitHub's anchors of headings. */
const anchorsOf = (text: string): Set<string> => {
  const headings = text.replace(/```[\s\S]*?```/g, '').match(/^#+ .*$/gm) ?? [];
  const slugs = headings.map((line) =>
    line
      .replace(/^#+ /, '')
      .replace(/<[^>]*>|[`*]/g, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  const seen = new Map<string, number>();
  const numbered = slugs.map((slug) => {
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return new Set([...numbered, ...Array.from(text.matchAll(/<a id="([^"]+)">/g), ([, id]) => id as string)]);
};

it.each(documents)('%s points to files that are published, and to headings that are there', (name) => {
  const text = readFileSync(`${root}${name}`, 'utf8');
  const links = Array.from(
    text.replace(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g),
    ([, link]) => link as string,
  );
  const broken = links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? name : normalize(join(dirname(name), path));
    const isThere =
      published.has(target) || [...published].some((file) => file.startsWith(`${target.replace(/\/$/, '')}/`));
    if (!isThere) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(`${root}${target}`, 'utf8')).has(anchor);
  });
  expect(broken).toEqual([]);
});

/** What snippets leave out: names that the text around them introduces. */
const given = `
declare const images: readonly (readonly Float32Array[])[];
declare const weights: Uint8Array;
declare const context: CanvasRenderingContext2D;
declare const canvas: HTMLCanvasElement;
`;

const snippets = documents
  .flatMap((name) =>
    Array.from(readFileSync(`${root}${name}`, 'utf8').matchAll(/```ts\n([\s\S]*?)```/g), ([, code], i) => ({
      name: `${name.replace(/[/.]/g, '-')}-${i}`,
      code: code as string,
    })),
  )
  .filter(({ code }) => /from 'liteblock/.test(code));

describeWith('TypeScript 5.2', findNpmTool('typescript-lowest'), 'the lowest TypeScript of README.md', (tsc) => {
  it('is the one that is tested, and takes the types', () => {
    const { version } = JSON.parse(readFileSync(join(dirname(tsc), '../package.json'), 'utf8')) as { version: string };
    expect(readFileSync(`${root}README.md`, 'utf8')).toContain(
      `TypeScript ${version.split('.', 2).join('.')} or later`,
    );
    expect(compiled(tsc)).toBe('');
  }, 300_000);
});

const compiler = `${root}node_modules/typescript/lib/tsc.js`;

function compiled(tsc: string): string {
  for (const { name, code } of snippets) writeFileSync(join(folder.path, `${name}.ts`), `${code}\n`);
  writeFileSync(join(folder.path, 'given.d.ts'), given);
  writeFileSync(join(folder.path, 'package.json'), '{ "type": "module" }');
  const options = {
    ...{ strict: true, noUncheckedIndexedAccess: true, noEmit: true, skipLibCheck: true },
    ...{ module: 'nodenext', target: 'es2022', lib: ['es2022', 'dom', 'esnext.disposable'], types: ['node'] },
  };
  writeFileSync(join(folder.path, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['*.ts'] }));
  try {
    execFileSync(process.execPath, [tsc, '-p', folder.path], { encoding: 'utf8', cwd: folder.path });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

it('every snippet compiles under strict and noUncheckedIndexedAccess', () => {
  expect(snippets.length).toBeGreaterThan(5);
  expect(compiled(compiler)).toBe('');
}, 300_000);
