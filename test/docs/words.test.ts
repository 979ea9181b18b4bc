import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { root } from '../support/runtimes.ts';

/** Phrases that nobody understands, and what is written in their place. docs/glossary.md has the vocabulary. */
const retired: readonly (readonly [RegExp, string])[] = [
  [/what is no plain file/i, 'links, pipes and devices'],
  [/has 0 scales \(1\)/, 'x must have 1 scale; it has none'],
  [/from a byte of its memory's pixels on/, 'at a channel offset'],
  [/tells more of/, 'lists the arguments and options of'],
  [/bytes are no model/, 'the file has N bytes, too few for a model'],
  [/takes it for what|takes for what/, 'the classes that are confused'],
  [/\bsome 100 that\b/i, 'about 100 images'],
  [/known answer: right/, 'self-test passed'],
  [/not a model that is known/, 'not a model of a known format'],
];

const textsOf = (folder: string, end: RegExp): string[] =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => end.test(name) && !/node_modules|words\.test\.ts/.test(name))
    .map((name) => `${folder}/${name}`);

const files = [
  ...['src', 'assembly', 'test', 'scripts', 'examples', 'templates'].flatMap((folder) =>
    textsOf(folder, /\.(ts|mts|mjs|js|md|html)$/),
  ),
  ...textsOf('docs', /\.md$/),
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'RUNBOOK.md', 'SECURITY.md', 'CHANGELOG.md'],
];

/** Not rewritten yet: only the phrases of the first list are looked for here. */
const later = /^(src|test)\/import\/(pytorch|onnx)\/|^ARCHITECTURE\.md$/;

it.each(retired)('nothing says %s', (phrase, instead) => {
  expect(files.length).toBeGreaterThan(300);
  const found = files.filter((name) => phrase.test(readFileSync(`${root}${name}`, 'utf8')));
  expect(found, `write ${instead}`).toEqual([]);
});

/** Turns of phrase that English does not have, and what it has in their place. */
const turns: readonly (readonly [RegExp, string])[] = [
  [/(?<!\bthere )\b(is|are|was|were) no (?!longer\b|more\b)[a-z]/i, 'is not a'],
  [/\b(is|are|was|were) wanted\b/, 'expected X, got Y; or: is needed'],
  [/\b\d inputs? given, \d/, 'inputs: expected 1, got 2'],
  [/\bcomputed \((a )?constant\)/, 'must be constant; it is computed'],
  [/\b(can|could)(not| not) be had\b/, 'cannot be allocated; is not available'],
  [/\bwhere nothing is (said|known)\b/, 'by default'],
  [/\bin (the|its) midst\b/, 'inside'],
  [/\bleft off after\b/, 'stopped after'],
  [/ (no map|no channels) any more/, 'a flattened map'],
  [/\bwants what is not here\b/, 'uses a feature that is not supported'],
];

it.each(turns)('nothing says %s', (phrase, instead) => {
  const found = files
    .filter((name) => !later.test(name))
    .flatMap((name) =>
      readFileSync(`${root}${name}`, 'utf8')
        .split('\n')
        .map((line, i) => [name, i + 1, line] as const),
    )
    .filter(([, , line]) => phrase.test(line))
    .map(([name, line, text]) => `${name}:${line} ${text.trim()}`);
  expect(found, `write ${instead}`).toEqual([]);
});
