import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import {
  dispatch,
  fieldsOf,
  opcodes,
  operandFields,
  operandWords,
  readSlack,
  recordWords,
} from '../../src/format/instructions.ts';
import { interfaceFields } from '../../src/format/model-file.ts';

it('gives the engine the constants and the dispatch of src/format/instructions.ts as they are now', () => {
  const script = fileURLToPath(new URL('../../scripts/generate-instructions.mjs', import.meta.url));
  execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' });
});

it('keeps records to their sizes, with a name for each word', () => {
  for (const opcode of opcodes) {
    const fields = fieldsOf(opcode);
    expect(fields.length).toBeLessThanOrEqual(recordWords);
    expect(new Set(fields).size).toBe(fields.length);
  }
  expect(operandWords).toBe(16);
  expect(new Set(operandFields).size).toBe(16);
  expect(interfaceFields.length).toBe(16);
  expect(opcodes.length).toBeLessThanOrEqual(32); // features is a bit mask
});

it('lists a check and a kernel for every opcode but fill, and no kernel that reads beyond the slack', () => {
  expect(['fill', ...Object.keys(dispatch)]).toEqual(opcodes);
  for (const { readsBeyond } of Object.values(dispatch)) {
    expect(Math.max(readsBeyond?.simd ?? 0, readsBeyond?.scalar ?? 0)).toBeLessThanOrEqual(readSlack);
  }
  const sourceOf = (name: string): string => readFileSync(`assembly/${name}.ts`, 'utf8');
  const [calls, checks] = [sourceOf('dispatch'), sourceOf('check/dispatch')];
  for (const [opcode, { check }] of Object.entries(dispatch)) {
    expect(calls).toContain(`      ${opcode}(`);
    expect(checks).toContain(`      return ${check[1]}(`);
  }
});
