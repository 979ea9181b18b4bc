import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { layerTypes } from '../../src/network/layers.ts';
import { parametersOf } from '../../src/network/network-graph.ts';
import { parseNetwork } from '../../src/network/parse.ts';

const page = readFileSync('docs/pytorch.md', 'utf8');

describe('docs/pytorch.md', () => {
  it('shows a network.json that is one, with the tensors of its modules', () => {
    const [, json] = page.match(/```json\n([^`]*)```/) ?? [];
    const names = parametersOf(parseNetwork(json, 'docs/pytorch.md')).map(({ name }) => name);
    expect(names).toContain('block.shortcut.0.weight');
    expect(names.filter((name) => !name.startsWith('block.'))).toEqual(['fc.weight', 'fc.bias']);
  });

  it('names layers that there are, with fields that they have', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| ') && line.includes('"type"'));
    const types = rows.flatMap((row) => Array.from(row.matchAll(/"type": "(\w+)"/g), ([, type]) => type));
    expect(layerTypes).toEqual(expect.arrayContaining(types));
    const whole = rows.flatMap((row) =>
      Array.from(row.matchAll(/`(\{ "type"[^`…]*\})`/g), ([, text]) => text as string),
    );
    const layers = whole
      .filter((text) => !text.includes('[a, b]'))
      .map((text) => text.replace('"groups": g', '"groups": 1'));
    expect(layers.length).toBeGreaterThan(5);
    for (const layer of layers) {
      const network = `{ "name": "n", "input": { "channels": 1, "height": 8, "width": 8 }, "layers": [${layer}] }`;
      expect(() => parseNetwork(network, layer)).not.toThrow();
    }
  });
});
