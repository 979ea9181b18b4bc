import { expect, it } from 'vitest';
import { wantsColor } from '../../src/cli/color.ts';

const terminal = { isTTY: true };

it.each([
  ['a terminal', terminal, {}, [], true],
  ['a file or a pipe', {}, {}, [], false],
  ['a dumb terminal', terminal, { TERM: 'dumb' }, [], false],
  ['NO_COLOR', terminal, { NO_COLOR: '1' }, [], false],
  ['an empty NO_COLOR', terminal, { NO_COLOR: '' }, [], true],
  ['FORCE_COLOR in a pipe', {}, { FORCE_COLOR: '1' }, [], true],
  ['FORCE_COLOR=0 on a terminal', terminal, { FORCE_COLOR: '0' }, [], false],
  ['NO_COLOR against FORCE_COLOR', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, [], false],
  ['--no-color against FORCE_COLOR', terminal, { FORCE_COLOR: '1' }, ['run', '--no-color'], false],
  ['--color against NO_COLOR', {}, { NO_COLOR: '1' }, ['--color'], true],
  ['the last of two', terminal, {}, ['--color', '--no-color'], false],
  ['what is a file name', terminal, {}, ['run', '--', '--no-color'], true],
])('decides for %s', (_, stream, env, args, wanted) => {
  expect(wantsColor(stream, env, args)).toBe(wanted);
});
