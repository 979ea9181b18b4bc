import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { archive } from '../import/pytorch/zip.ts';
import { writeTflite } from '../import/write-tflite.ts';
import { chains } from '../support/hostile-chains.ts';
import { cli, temporary } from './cli.ts';

/** Runs the built command line in a process of its own. CPU time, so that a busy machine makes no difference. */
function measured(...args: readonly string[]) {
  const script = fileURLToPath(new URL('../support/measured-cli.mjs', import.meta.url));
  const { status, output } = spawnSync(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const [, out, err, figures] = output;
  const { cpuMs, peakBytes } = JSON.parse(figures as string) as { cpuMs: number; peakBytes: number };
  return { status, out: out as string, err: err as string, cpuMs, peakBytes };
}

/** The limit is 2 s. Cores that others share count up to twice as much. */
const mostCpuMs = 4000;

/** Holds inspect and compile of a file to it, 256 MB and words. Returns what compile said. */
function answers(path: string): { status: number | null; out: string; err: string } {
  const lbm = temporary()('out.lbm');
  const [inspected, compiled] = [measured('inspect', path), measured('compile', path, '-o', lbm)];
  for (const { status, err, cpuMs, peakBytes } of [inspected, compiled]) {
    expect(status === 0 || status === 1).toBe(true);
    expect(err).not.toMatch(/^\s+at /m);
    expect(cpuMs).toBeLessThan(mostCpuMs);
    expect(peakBytes).toBeLessThan(256 * 2 ** 20);
  }
  return compiled;
}

const folder = 'test/data/hostile';
const refused: Readonly<Record<string, RegExp>> = {
  'const_output.tflite': /output "t2": it is not the output of an operator/,
  'import_typeerror.tflite': /the model has no outputs \(one or more\)/,
  'network_slow.json': /a network without weights/,
  'no_inputs.tflite': /the model has no inputs \(one or more\)/,
  'no_outputs.tflite': /the model has no outputs \(one or more\)/,
  'relu_1G.tflite': /node 0 LEAKY_RELU "t1": .*900,000,000 elements \(at most 536,870,912\)/,
  'relu_3G.tflite': /node 0 LEAKY_RELU "t1": .*3,000,000,000 elements \(at most/,
  'relu_w2G.tflite': /node 0 LEAKY_RELU "t1": .*2,000,000,000 columns \(at most 1,048,576\)/,
  'relu_wbig.tflite': /node 0 LEAKY_RELU "t1": .*2,147,483,647 columns \(at most/,
};

describe('inspect and compile answer within the limits of time and memory, and in words', () => {
  it.each(readdirSync(folder))('%s', (file) => {
    const { status, err } = answers(`${folder}/${file}`);
    const words = refused[file];
    if (words) expect(err).toMatch(words);
    expect(status).toBe(words ? 1 : 0);
  });

  it.each(Object.keys(chains))('250 nodes: %s', (name) => {
    const path = temporary()(`${name}.tflite`);
    writeFileSync(path, chains[name]?.(250) as Uint8Array);
    const { status, err } = answers(path);
    // Half of its nodes have inputs of all before them.
    if (name === 'dense') expect(err).toMatch(/500 nodes are too many to plan \(at most 400\)/);
    expect(status).toBe(name === 'dense' ? 1 : 0);
  });

  it.each(Object.keys(chains))('1,000 nodes: %s', (name) => {
    const path = temporary()(`${name}.tflite`);
    writeFileSync(path, chains[name]?.(1000) as Uint8Array);
    const { status, err } = answers(path);
    // What folds to one node is planned.
    if (status === 1) expect(err).toMatch(/nodes are too many to plan \(at most 400\): split the model/);
  });
});

describe('archives of PyTorch that unpack to much, or say that they hold much', () => {
  const zeros = new Uint8Array(2 ** 26);
  const list = `{"schema_version":[${'1,'.repeat(3 * 2 ** 20 - 32)}1]}`;
  it.each<[string, Readonly<Record<string, Uint8Array | string>>, RegExp]>([
    ['zeros', { 'm/models/model.json': zeros }, /model\.json has 67108864 bytes \(at most 6291456\)/],
    ['a long list', { 'm/models/model.json': list }, /schema_version is \[1,1,.* \(an object\)/],
    ['deep lists', { 'm/models/model.json': '['.repeat(6 * 2 ** 20) }, /nested more than 256 deep/],
    [
      'names that leave the folder',
      { 'm/models/model.json': '{}', '../x': 'x' },
      /the name "\.\.\/x" leaves its folder/,
    ],
  ])('%s', (name, files, message) => {
    const path = temporary()(`${name}.pt2`);
    writeFileSync(path, archive(files, 9));
    expect(answers(path).err).toMatch(message);
  });
});

it('tells a file with half a million problems within the same', () => {
  const concats = Array.from({ length: 1000 }, (_, i) => ({
    name: 'CONCATENATION',
    inputs: Array(500).fill(2),
    outputs: [3 + i],
  }));
  const tensors = Array.from({ length: 1003 }, () => ({ shape: [1, 4, 4, 4], scale: [0.5], zeroPoint: [0] }));
  const path = temporary()('problems.tflite');
  writeFileSync(path, writeTflite({ tensors, operators: concats, inputs: [0], outputs: [3] }));
  const { status, err } = answers(path);
  expect(status).toBe(1);
  expect(err).toMatch(/nothing produces its input 0 "t2"[\s\S]*and \d+ lines more/);
});

describe('a model that takes long to run', () => {
  const pool = `${folder}/pool_256.tflite`;
  const without = 'it has no known answer for self-tests: a run takes 17,180,067,392 operations';

  it('is compiled without a known answer, and compile, inspect and verify say so', async () => {
    const lbm = temporary()('pool.lbm');
    expect((await cli('compile', pool, '-o', lbm)).out).toContain(without);
    expect((await cli('inspect', pool)).out).toContain(without);
    expect((await cli('inspect', lbm)).out).toContain(without);
    expect((await cli('verify', pool)).err).toContain(without);
    expect(JSON.parse((await cli('inspect', pool, '--json')).out).unanswered).toContain(without);
  });

  it('is as large in inspect as compile makes it', async () => {
    const lbm = temporary()('relu.lbm');
    await cli('compile', `${folder}/output_twice.tflite`, '-o', lbm);
    const shown = async (path: string) => JSON.parse((await cli('inspect', path, '--json')).out).fileBytes;
    expect(await shown(`${folder}/output_twice.tflite`)).toBe(await shown(lbm));
  });
});

it('runs a model whose output is its input: the bytes given', async () => {
  const path = temporary();
  const given = Uint8Array.from({ length: 64 }, (_, i) => i);
  writeFileSync(path('in.bin'), given);
  const { status } = await cli('run', `${folder}/input_is_output.tflite`, path('in.bin'), '-o', path('out.bin'));
  expect(status).toBe(0);
  expect([...readFileSync(path('out.1.bin'))]).toEqual([...given]);
});

it('refuses more RAM than --ram allows, 1 GiB by default, by node; inspect says what it needs', async () => {
  const path = temporary();
  const model = `${folder}/reshape_82M.tflite`;
  const out = path('out.lbm');
  const small = await cli('compile', model, '-o', out, '--ram', '1MB');
  expect(small.status).toBe(1);
  expect(small.err).toMatch(/needs \d+ bytes of RAM, the limit is 1048576; it is fullest at step \d+, node \d/);
  expect((await cli('compile', model, '-o', out, '--ram', '1GB')).status).toBe(0);
  expect((await cli('inspect', model)).out).toMatch(/ramBytes +\d{3},\d{3},\d{3}/);
});
