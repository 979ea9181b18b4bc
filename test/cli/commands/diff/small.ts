import { writeFileSync } from 'node:fs';
import { type Faults, imageOf, otherRuntime, smallTflite } from '../../../support/small-network.ts';
import { cli, temporary } from '../../cli.ts';
import { dump } from './dump.ts';

/** `diff` of the small network and of what another runtime with these faults makes of the same image. */
export async function diffOf(faults: Faults, ...more: string[]) {
  const at = temporary();
  writeFileSync(at('m.tflite'), smallTflite());
  writeFileSync(at('x.bin'), imageOf());
  const dumps = dump(at('dumps'), otherRuntime(imageOf(), faults));
  return cli('diff', at('m.tflite'), dumps, '--input', at('x.bin'), ...more);
}

/** `diff` of the small network and of another file. */
export async function diffOfFiles(other: Uint8Array, ...more: string[]) {
  const at = temporary();
  writeFileSync(at('a.tflite'), smallTflite());
  writeFileSync(at('b.tflite'), other);
  writeFileSync(at('x.bin'), imageOf());
  return cli('diff', at('a.tflite'), at('b.tflite'), '--input', at('x.bin'), ...more);
}

/** The lines that name the first tensor, and the rule. */
export const verdictOf = (out: string): string[] =>
  out
    .split('\n')
    .filter((line) => /^the first tensor|^ {2}rule|^ {2}no (known )?rule/.test(line))
    .map((line) => line.trim());
