import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findTfliteRuntime } from '../../scripts/tflite-runtime.mjs';
import type { Case } from '../reference/generator.ts';

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** What tflite-runtime 2.14.0's reference kernels give for each case. Throws with its message where it refuses one. */
export function referenceOutputs(cases: readonly Case[]): string[][] {
  const python = findTfliteRuntime();
  if (!python) throw new Error('tflite-runtime is missing: node scripts/compare-tflite.mjs fetches it');
  const lines = cases.map(({ model, inputs, steps }) =>
    JSON.stringify({ model: base64(model), inputs: inputs.map(base64), steps }),
  );
  const { stdout, stderr, status } = spawnSync(
    python.command,
    [fileURLToPath(new URL('../../scripts/run-tflite.py', import.meta.url))],
    {
      input: `${lines.join('\n')}\n`,
      env: { ...process.env, ...python.env },
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    },
  );
  const answers = stdout.trim().split('\n');
  if (status !== 0 || answers.length !== cases.length) {
    throw new Error(`tflite-runtime ended after ${answers.length} of ${cases.length} cases: ${stderr.slice(-2000)}`);
  }
  return answers.map((line, i) => {
    const { outputs, refused } = JSON.parse(line) as { outputs?: string[]; refused?: string };
    if (!outputs) throw new Error(`tflite-runtime refuses case ${i}: ${refused}`);
    return outputs;
  });
}
