import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { fieldsOf, opcodes, operandFields } from '../../src/format/instructions.ts';
import { interfaceFields, sections } from '../../src/format/model-file.ts';

const text = readFileSync(fileURLToPath(new URL('../../docs/format.md', import.meta.url)), 'utf8');

it.each([...new Set([...operandFields, ...interfaceFields, ...opcodes.flatMap(fieldsOf)])])('names %s', (field) => {
  expect(text).toContain(`\`${field}\``);
});

it.each(opcodes.map((opcode, i) => [opcode, i] as const))(
  'has a paragraph of opcode %s with its number',
  (opcode, i) => {
    expect(text).toContain(`**${opcode}** (${i})`);
  },
);

it.each(Object.entries(sections))('has section %s with its id', (name, id) => {
  expect(text).toContain(`| ${id} | ${name} |`);
});
