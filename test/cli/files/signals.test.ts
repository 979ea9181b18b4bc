import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cli, digitsModel, temporary } from '../cli.ts';
import { built } from '../process.ts';

const slow = pathToFileURL(resolve('test/cli/files/slow-write.mjs')).href;

/** Starts a command in bash, which tells its status, and waits until half of the output is in a temporary file. */
async function writing(output: string): Promise<{ shell: ChildProcess; pid: number; ended: Promise<string> }> {
  const line = `"$@" & echo "pid $!"; wait $!; echo "status $?"`;
  const command = [process.execPath, '--import', slow, built, 'compile', digitsModel, '-o', output];
  const shell = spawn('bash', ['-c', line, 'bash', ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  shell.stdout.on('data', (text: Buffer) => {
    told += text;
  });
  const pidOf = (): number => Number(/pid (\d+)/.exec(told)?.[1] ?? 0);
  onTestFinished(() => {
    shell.kill('SIGKILL');
    try {
      process.kill(pidOf(), 'SIGKILL');
    } catch {
      // it has ended, as it should
    }
  });
  const sizeOf = (name: string): number => statSync(join(dirname(output), name), { throwIfNoEntry: false })?.size ?? 0; // the one made to try the folder is gone at once
  const isHalf = (): boolean => partsBeside(output).some((name) => sizeOf(name) > 1000);
  while (!isHalf() && shell.exitCode === null) await pause(20);
  return { shell, pid: pidOf(), ended: once(shell, 'close').then(() => told) };
}

const partsBeside = (output: string): string[] => readdirSync(dirname(output)).filter((name) => name.endsWith('.part'));

describe('a command that is ended while it writes', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s leaves no partial file and the old output',
    async (signal) => {
      const at = temporary();
      writeFileSync(at('m.lbm'), 'old');
      const { pid, ended } = await writing(at('m.lbm'));
      expect(partsBeside(at('m.lbm')).length).toBe(1);
      process.kill(pid, signal);
      expect(await ended).toContain(`status ${128 + constants.signals[signal]}`);
      expect(readdirSync(dirname(at('m.lbm')))).toEqual(['m.lbm']);
      expect(readFileSync(at('m.lbm'), 'utf8')).toBe('old');
    },
  );

  it('by SIGKILL leaves the old output, and the next write of the same output clears what is left', async () => {
    const at = temporary();
    writeFileSync(at('m.lbm'), 'old');
    const { pid, ended } = await writing(at('m.lbm'));
    process.kill(pid, 'SIGKILL');
    expect(await ended).toContain('status 137');
    expect(readFileSync(at('m.lbm'), 'utf8')).toBe('old');
    expect(partsBeside(at('m.lbm')).length).toBe(1);
    expect((await cli('compile', digitsModel, '-o', at('other.lbm'))).status).toBe(0);
    expect(partsBeside(at('m.lbm')).length).toBe(1); // of another output
    expect((await cli('compile', digitsModel, '-o', at('m.lbm'))).status).toBe(0);
    expect(readdirSync(dirname(at('m.lbm'))).sort()).toEqual(['m.lbm', 'other.lbm']);
  });

  it('does not lose its temporary file to another that writes the same output', async () => {
    const at = temporary();
    const { pid, ended } = await writing(at('m.lbm'));
    expect((await cli('compile', digitsModel, '-o', at('m.lbm'))).status).toBe(0);
    expect(partsBeside(at('m.lbm')).length).toBe(1);
    process.kill(pid, 'SIGTERM');
    await ended;
    expect(readdirSync(dirname(at('m.lbm')))).toEqual(['m.lbm']);
  });
});

it('removes the temporary folder of verify where a signal ends it', async () => {
  const at = temporary();
  mkdirSync(at('tmp'));
  const env = { ...process.env, TMPDIR: at('tmp') };
  const command = spawn(process.execPath, [built, 'verify', digitsModel], { env, stdio: 'ignore' });
  onTestFinished(() => void command.kill('SIGKILL'));
  const ended = once(command, 'close');
  const isThere = (): boolean =>
    readdirSync(at('tmp'), { recursive: true }).some((name) => `${name}`.endsWith('.wasm'));
  while (!isThere() && command.exitCode === null) await pause(5);
  command.kill('SIGTERM');
  expect((await ended)[1]).toBe('SIGTERM');
  expect(readdirSync(at('tmp')).filter((name) => name.startsWith('liteblock-verify-'))).toEqual([]);
});
