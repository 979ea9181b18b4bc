import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { digitsModel, temporary } from '../cli/cli.ts';

it.each([
  ['examples/worker/build.mjs', 'assets/model.lbm', 'the model lies where it is to be written'],
  ['examples/microcontroller/build.mjs', 'model.wasm', 'lies there and would be overwritten'],
])('%s does not write over the model that it is given, whatever it is called', (script, name, message) => {
  const at = temporary();
  mkdirSync(at('assets'));
  writeFileSync(at('mine.tflite'), readFileSync(digitsModel));
  linkSync(at('mine.tflite'), at(name));
  const { status, stderr } = spawnSync(process.execPath, [script, at('mine.tflite'), at('.')], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(readFileSync(at(name)).equals(readFileSync(digitsModel))).toBe(true);
});
