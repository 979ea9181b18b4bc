import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import type { Io } from '../../../src/cli/io.ts';
import { withProgress, withProgressAsync } from '../../../src/cli/print/progress.ts';
import { main } from '../../../src/cli/program.ts';
import { digits, digitsModel } from '../cli.ts';

const io: Io = { out: () => {}, err: () => {}, columns: undefined, color: false };

/** A stream that says it is a terminal, and what was written to it. */
function terminal(): { stream: NodeJS.WriteStream; text: () => string } {
  const written: string[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk) => written.push(String(chunk)));
  const own = { isTTY: true, columns: 80, cursorTo: () => true, clearLine: () => true, moveCursor: () => true };
  return { stream: Object.assign(stream, own) as unknown as NodeJS.WriteStream, text: () => written.join('') };
}

it('draws on a terminal how far the work is, and gives its result', () => {
  const { stream, text } = terminal();
  const result = withProgress({ ...io, terminal: stream }, 'calibrating', (progress) => {
    progress(1, 8);
    progress(1, 3, 'correcting');
    return 'done';
  });
  expect(result).toBe('done');
  expect(text()).toMatch(/calibrating .+ [01] of 8/);
  expect(text()).not.toContain('\x1b[?7l'); // lines go on wrapping
});

it('draws nothing where there is no terminal, and lets errors through', () => {
  const fail = () => {
    throw new Error('no');
  };
  expect(withProgress(io, 'x', (progress) => progress(1, 2))).toBeUndefined();
  expect(() => withProgress({ ...io, terminal: terminal().stream }, 'x', fail)).toThrow('no');
});

it('leaves Ctrl-C to end the work', () => {
  const before = process.listenerCount('SIGINT');
  withProgress({ ...io, terminal: terminal().stream }, 'x', (progress) => {
    progress(1, 2);
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});

it.each([
  ['run', 'running', [digits('test_inputs_int8_nhwc.bin'), '-o', '/dev/null']],
  ['eval', 'int8', [digits('test_inputs_int8_nhwc.bin'), '--labels', digits('test_labels_u8.bin')]],
  ['bench', 'timing', ['--runs', '3']],
])('%s shows how far it is', async (command, label, args) => {
  const { stream, text } = terminal();
  expect(await main([command, digitsModel, ...args], { ...io, terminal: stream })).toBe(0);
  expect(text()).toContain(`${label} `);
});

it('waits for work that takes turns', async () => {
  const { stream, text } = terminal();
  const work = async (progress: (done: number, total: number) => void): Promise<string> => {
    progress(1, 2);
    await Promise.resolve();
    return 'done';
  };
  expect(await withProgressAsync({ ...io, terminal: stream }, 'verifying', work)).toBe('done');
  expect(text()).toContain('verifying ');
});
