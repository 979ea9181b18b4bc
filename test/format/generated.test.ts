import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { fieldsOf, opcodes, operandFields, operandWords, recordWords } from '../../src/format/instructions.ts';
import { interfaceFields } from '../../src/format/model-file.ts';

it('gives the engine the constants of src/format/instructions.ts as they are now', () => {
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
