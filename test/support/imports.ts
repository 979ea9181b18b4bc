import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** What sources import, as the tests of walls and circles see it. */

/** Everything that code can pull in: import and export from, side-effect imports, import() and new URL. */
export function importsIn(code: string): string[] {
  const patterns = [
    /^\s*(?:import|export)\b[^'";]*\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\s*\(\s*['"`]([^'"`]+)['"`]/g,
    /\bnew\s+URL\s*\(\s*['"`]([^'"`]+)['"`]\s*,/g,
  ];
  const withoutComments = code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return patterns.flatMap((pattern) => Array.from(withoutComments.matchAll(pattern), ([, path]) => path as string));
}

/** Sources in a folder, their paths relative to it. */
export const sourcesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path.endsWith('.ts'))
    .sort();

/** Sets of files each of which imports the others, by whatever ways. */
export function circlesIn(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const reachedBy = (file: string): Set<string> => {
    const reached = new Set<string>();
    const visit = (from: string): void => {
      for (const to of imports.get(from) ?? []) {
        if (reached.has(to)) continue;
        reached.add(to);
        visit(to);
      }
    };
    visit(file);
    return reached;
  };
  const reached = new Map([...imports.keys()].map((file) => [file, reachedBy(file)]));
  const circles = [...imports.keys()]
    .filter((file) => reached.get(file)?.has(file))
    .map((file) => [...imports.keys()].filter((to) => reached.get(file)?.has(to) && reached.get(to)?.has(file)).sort());
  return [...new Map(circles.map((circle) => [circle.join(), circle])).values()];
}

/** What each source of a folder imports from it. */
export function graphOf(folder: string, files: readonly string[]): Map<string, string[]> {
  const resolved = (file: string, path: string): string =>
    join(dirname(file), path.endsWith('.ts') ? path : `${path}.ts`)
      .split(sep)
      .join('/');
  return new Map(
    files.map((file) => {
      const paths = importsIn(readFileSync(folder + file, 'utf8')).filter((path) => path.startsWith('.'));
      return [file, paths.map((path) => resolved(file, path)).filter((to) => files.includes(to))];
    }),
  );
}
