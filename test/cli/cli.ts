import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { main } from '../../src/cli/program.ts';

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line, as a process would with no terminal. */
export async function cli(...args: string[]): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const status = await main(args, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    columns: undefined,
    color: false,
  });
  return { status, out: out.join(''), err: err.join('') };
}

/** A directory that is gone after the test. */
export function temporary(): (name: string) => string {
  const directory = mkdtempSync(join(tmpdir(), 'liteblock-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return (name) => join(directory, name);
}

export const digits = (name: string): string => join('test/data/litenet_digits', name);
export const digitsModel = digits('litenet_digits_int8.tflite');
