import { randomUUID } from 'node:crypto';

/** Controls (C0 and C1) but tab and line feed, invisible and direction-changing characters, separators, halves of pairs. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const code = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Text for a terminal or a page, in which no character acts: each that would is written as JSON writes it, \u001b, so that JSON
 * stays JSON of the same value. Names come from files of others, and a name that moves the cursor can hide or forge lines.
 */
export const printable = (text: string): string =>
  text.replace(unprintable, (found) => (found === '\n' || found === '\t' ? found : found.split('').map(code).join('')));

/** The same for a cell or a name within a line: line feeds and tabs, too. */
export const printableLine = (text: string): string =>
  text.replace(unprintable, (found) => found.split('').map(code).join(''));

/** What stands for the ESC of our own colours until a text is printed. No file can know it. */
const escapeMark = `<${randomUUID()}>`;

const escapeCode = '\x1b';

/** Keeps the escape sequences of a style, which is all that `style` may add: any other in a text are made printable. */
export function styledBy(style: (text: string) => string, text: string): string {
  const [before = '', after = ''] = style('\n').split('\n');
  return before.replaceAll(escapeCode, escapeMark) + text + after.replaceAll(escapeCode, escapeMark);
}

/** Text as it is written to a stream: printable, and in our own colours. */
export const forStream = (text: string): string => printable(text).replaceAll(escapeMark, escapeCode);
