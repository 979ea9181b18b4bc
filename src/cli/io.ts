import { styleText } from 'node:util';
import { forStream, styledBy } from './print/printable.ts';

/** Where a command writes, and what its reader is. Tests collect the text; main.ts hands in the process's streams. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Width of the terminal; undefined for a file or a pipe, where nothing is cut. */
  readonly columns: number | undefined;
  readonly color: boolean;
  /** The same for messages, which may go elsewhere. */
  readonly errColor?: boolean;
  /** Where progress is drawn; absent where messages go to a file or a pipe. */
  readonly terminal?: NodeJS.WriteStream;
}

/** The same, where nothing that is printed acts on a terminal, whatever names are in it. */
export const safely = (io: Io): Io => ({
  ...io,
  out: (text) => io.out(forStream(text)),
  err: (text) => io.err(forStream(text)),
});

/** A text that is printed, in a style where there are colours: the stream has been asked already (color.ts). */
const styled = (style: 'bold' | 'dim' | 'yellow' | 'red', wanted: boolean | undefined, text: string): string =>
  wanted ? styledBy((inner) => styleText(style, inner, { validateStream: false }), text) : text;

export const bold = (io: Io, text: string): string => styled('bold', io.color, text);
export const dim = (io: Io, text: string): string => styled('dim', io.color, text);
export const yellow = (io: Io, text: string): string => styled('yellow', io.color, text);

/** "error:" at the head of a message. */
export const errorWord = (io: Io): string => styled('red', io.errColor, 'error:');

/** 1234567 → 1,234,567. */
export const count = (value: number): string => value.toLocaleString('en');

/** [1, 8, 8, 1] → 1×8×8×1. */
export const shapeText = (shape: readonly number[]): string => shape.join('×');

/** What may be wrong, on the side of messages. */
export const warn = (io: Io, text: string): void => io.err(`${styled('yellow', io.errColor, 'warning:')} ${text}\n`);

/** At most six significant digits. */
export const real = (value: number): string => `${Number(value.toPrecision(6))}`;
