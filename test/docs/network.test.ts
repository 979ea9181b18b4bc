import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

it('has docs/network.schema.json as the schema prints it now', () => {
  execFileSync(process.execPath, [path('scripts/generate-network-schema.mjs'), '--check'], { stdio: 'pipe' });
});

it('has a schema that editors can read: every layer is one type with its fields and no others', () => {
  const { $defs } = JSON.parse(readFileSync(path('docs/network.schema.json'), 'utf8'));
  expect(Object.keys($defs).sort()).toEqual(['layer', 'padding', 'pair', 'size']);
  for (const { properties, required, additionalProperties } of $defs.layer.oneOf) {
    expect(required).toContain('type');
    expect(typeof properties.type.const).toBe('string');
    expect(additionalProperties).toBe(false);
  }
});
