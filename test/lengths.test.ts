import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

/** Lines that a file, and that a function may have. Tables are as long as what they list, and kernels as their tiles. */
const mostFileLines = 300;
const mostFunctionLines = 80;

/** Files that are a table. */
const tables = [
  'test/playground/drawn-digits.ts', // the points of strokes
];

/** Functions that are a list of what they make or call: parts of a file, damages, layers, kernels by opcode. */
const lists: Readonly<Record<string, string>> = {
  'assembly/dispatch.ts': 'callKernel', // generated
  'test/import/write-tflite.ts': 'writeTflite',
  'test/support/float-network.ts': 'floatNetwork',
  'test/support/hostile-files.ts': 'hostileFile',
  'test/support/random-network.ts': 'append',
};

const files = ['src', 'assembly', 'test'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path).replaceAll('\\', '/')),
);

const isKernel = (path: string): boolean => path.startsWith('assembly/kernels/') || path.startsWith('assembly/float/');

/** A group of tests is a function in form only: describe, describe.each([…])(…), describeWasmtime. */
const isGroup = (node: ts.Node): boolean =>
  ts.isCallExpression(node.parent) && /^describe/.test(node.parent.expression.getText());

/** "name: lines" of the functions of a source that are too long. */
function longFunctions(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lineOf = (at: number): number => source.getLineAndCharacterOfPosition(at).line;
  const long: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body && !isGroup(node)) {
      const lines = lineOf(node.end) - lineOf(node.getStart()) + 1;
      const name = ('name' in node && node.name?.getText()) || `line ${lineOf(node.getStart()) + 1}`;
      if (lines > mostFunctionLines) long.push(`${name}: ${lines}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return long;
}

it.each(files.filter((path) => !tables.includes(path)))('%s is not long, nor is a function of it', (path) => {
  const text = readFileSync(path, 'utf8');
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(mostFileLines);
  if (isKernel(path)) return;
  const long = longFunctions(path, text).filter((one) => !one.startsWith(`${lists[path]}:`));
  expect(long).toEqual([]);
});

it('sees a long function of any form, and none in a group of tests', () => {
  const body = '\n  step();'.repeat(mostFunctionLines);
  for (const code of [
    `function f() {${body}\n}`,
    `const f = () => {${body}\n};`,
    `class A {\n  f() {${body}\n  }\n}`,
    `it('x', () => {${body}\n});`,
    `@inline\nexport function f(at: usize): v128 {${body}\n}`,
  ]) {
    expect(longFunctions('x.ts', code), code.slice(0, 30)).toHaveLength(1);
  }
  expect(longFunctions('x.ts', `describe.each([1])('x', () => {${body}\n});`)).toEqual([]);
  expect(longFunctions('x.ts', 'const short = () => 1;')).toEqual([]);
});
