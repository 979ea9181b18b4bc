import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { operators as supported } from '../../src/import/tflite/operators.ts';
import { type WriteModel, writeTflite } from '../import/write-tflite.ts';
import { cli, temporary } from './cli.ts';

const image = (name: string) => ({ name, shape: [1, 4, 4, 2], scale: [0.5], zeroPoint: [3] });
const names = ['x', 'pool', 'relu', 'cumsum', 'mine', 'cumsum again', 'mine again'];
const operators = ['L2_POOL_2D', 'RELU', 'CUMSUM', 'MyOwnOp', 'CUMSUM', 'MyOwnOp'];

/** Three operators that are not supported in five nodes, and one that is. */
const model: WriteModel = {
  tensors: names.map(image),
  operators: operators.map((name, i) => ({ name, inputs: [i], outputs: [i + 1] })),
  inputs: [0],
  outputs: [names.length - 1],
};

function file(): string {
  const path = temporary()('m.tflite');
  writeFileSync(path, writeTflite(model));
  return path;
}

const report = (path: string): string =>
  [
    `error: ${path}: 5 problems`,
    '  node 0 L2_POOL_2D "pool": the operator L2_POOL_2D is not supported',
    '  CUMSUM in 2 nodes: the operator CUMSUM is not supported',
    '    node 2 "cumsum"',
    '    node 4 "cumsum again"',
    '  MyOwnOp in 2 nodes: the custom operator MyOwnOp is not supported',
    '    node 3 "mine"',
    '    node 5 "mine again"',
    '3 operators are not supported, in 5 nodes (liteblock supported-ops tells what is)',
    `supported operators: ${[...supported.keys()].join(', ')}`,
    '',
  ].join('\n');

it.each(['inspect', 'compile', 'quantize', 'run', 'eval', 'bench', 'bundle', 'verify'])(
  '%s refuses three operators in five nodes in one report that names all five',
  async (command) => {
    const path = file();
    const at = temporary();
    const more: Record<string, string[]> = {
      compile: ['-o', at('m.lbm')],
      bundle: ['-o', at('m.wasm')],
      quantize: ['--data', 'x.bin', '-o', at('m.lbm')],
      run: ['x.bin'],
      eval: ['x.bin'],
    };
    expect(await cli(command, path, ...(more[command] ?? []))).toEqual({ status: 1, out: '', err: report(path) });
  },
);

it('prints the same as JSON with --json', async () => {
  const path = file();
  const { status, out, err } = await cli('inspect', path, '--json');
  expect([status, err]).toEqual([1, report(path)]);
  const { error } = JSON.parse(out);
  expect(error.code).toBe('unsupported');
  expect(error.problems.map(({ node, op, name }: Record<string, unknown>) => [node, op, name])).toEqual([
    [0, 'L2_POOL_2D', 'pool'],
    [2, 'CUMSUM', 'cumsum'],
    [3, 'MyOwnOp', 'mine'],
    [4, 'CUMSUM', 'cumsum again'],
    [5, 'MyOwnOp', 'mine again'],
  ]);
});
