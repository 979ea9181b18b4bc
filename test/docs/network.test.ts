import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { fieldsOf, layerTypes } from '../../src/network/layers.ts';
import { parametersOf } from '../../src/network/network-graph.ts';
import { parseNetwork } from '../../src/network/parse.ts';

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

it('has docs/network.schema.json as the schema prints it now', () => {
  execFileSync(process.execPath, [path('scripts/generate-network-schema.mjs'), '--check'], { stdio: 'pipe' });
});

it('has a schema that editors can read: every layer is one type with its fields and no others', () => {
  const { $defs } = JSON.parse(readFileSync(path('docs/network.schema.json'), 'utf8'));
  expect(Object.keys($defs).sort()).toEqual(['borderPair', 'layer', 'padding', 'pair', 'sides', 'size']);
  for (const { properties, required, additionalProperties } of $defs.layer.oneOf) {
    expect(required).toContain('type');
    expect(typeof properties.type.const).toBe('string');
    expect(additionalProperties).toBe(false);
  }
});

const text = readFileSync(path('docs/network.md'), 'utf8');

it.each([...layerTypes])('docs/network.md tells %s with all its fields', (type) => {
  const row = text.split('\n').find((line) => line.startsWith('| `') && line.split('|')[1]?.includes(`\`${type}\``));
  expect(row).toBeDefined();
  const said = row?.includes('the same, and') ? `${row}\`kernel\` \`stride\` \`padding\`` : row;
  for (const field of fieldsOf(type, ['layers'])) {
    if (field !== 'type' && field !== 'name') expect(said).toContain(`\`${field}\``);
  }
});

it('docs/network.md begins with a network that builds', () => {
  const json = /```json\n([\s\S]*?)```/.exec(text)?.[1] as string;
  expect(parametersOf(parseNetwork(json, 'docs/network.md')).length).toBeGreaterThan(20);
});
