import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { LiteBlockError } from '../../src/format/errors.ts';
import { networkGraph } from '../../src/network/network-graph.ts';
import { parseNetwork } from '../../src/network/parse.ts';
import { seededWeights } from '../../src/network/seeded-weights.ts';
import type { StateDict } from '../../src/network/weights.ts';

const net = parseNetwork(readFileSync('examples/networks/mobilenet-v2.json', 'utf8'), 'mobilenet-v2.json');
const weights = seededWeights(net, 1);

const renamed = (rename: (name: string) => string | undefined): StateDict =>
  new Map(
    [...weights].flatMap(([name, tensor]) => {
      const other = rename(name);
      return other === undefined ? [] : [[other, tensor] as const];
    }),
  );

/** The graph's constants, or the message of the refusal, and what was noted. */
function taken(dict: StateDict) {
  const notes: string[] = [];
  try {
    const graph = networkGraph(net, dict, 'net.json', { weightsSource: 'w', onNote: (note) => notes.push(note) });
    return { data: graph.tensors.map(({ data }) => data), notes };
  } catch (error) {
    expect(error).toBeInstanceOf(LiteBlockError);
    return { error: error as LiteBlockError, message: (error as LiteBlockError).message, notes };
  }
}

const right = taken(weights);

it.each(['module.', '_orig_mod.', 'model.', 'module._orig_mod.', 'student.backbone.'])(
  'takes names without the prefix %s that all have, and says so',
  (prefix) => {
    const { data, notes } = taken(renamed((name) => prefix + name));
    expect(data).toEqual(right.data);
    expect(notes).toEqual([`w: the prefix "${prefix}" of its names is ignored`]);
  },
);

it('says nothing of names that fit unchanged', () => {
  expect(right.notes).toEqual([]);
  expect(right.data).toBeDefined();
});

it('takes no prefix where two copies have all names, and says what belongs to no layer', () => {
  const both = new Map([...renamed((name) => `ema.${name}`), ...renamed((name) => `model.${name}`)]);
  expect(taken(both).message).toMatch(
    new RegExp(`^w: ${weights.size} tensors do not fit the network: ${weights.size} belong to no layer\n`),
  );
});

it('asks whether it is the right file if no name matches, in one line', () => {
  const { message, error } = taken(
    renamed((name) => name.replaceAll('features', 'backbone').replaceAll('classifier', 'head')),
  );
  expect(message).toMatch(
    /^w: none of its tensors belongs to the network: is this the right file\? It has backbone\.0\.0\.weight, .+ and \d+ more; the network needs features\.0\.0\.weight, .+ and \d+ more$/,
  );
  expect(error?.problems).toHaveLength(1);
});

it('shows ten examples of every kind with counts where many do not fit, and keeps all as problems', () => {
  const dict = renamed((name) => name.replace(/\.conv\.2\./, '.conv.two.'));
  const [, conv] = [...dict].find(([name]) => name === 'features.0.0.weight') ?? [];
  const { error, message = '' } = taken(
    new Map([...dict, ['features.0.0.weight', { ...conv, shape: [16, 3, 5, 5] }]] as [string, never][]),
  );
  const lines = message.split('\n');
  expect(lines[0]).toMatch(
    /^w: \d{2,3} tensors do not fit the network: 1 has another shape, \d+ are missing, \d+ belong to no layer$/,
  );
  expect(lines).toHaveLength(12);
  expect(lines[1]).toBe('  features.0.0.weight has the shape [16, 3, 5, 5] ([16, 3, 3, 3])');
  expect(lines.filter((line) => line.includes('is missing'))).toHaveLength(5);
  expect(lines.filter((line) => line.includes('belongs to no layer'))).toHaveLength(4);
  const all = Number(/^w: (\d+)/.exec(message)?.[1]);
  expect(lines[11]).toBe(`  … and ${all - 10} more`);
  expect(error?.problems).toHaveLength(all);
});

it('says that names differ by one level', () => {
  const first = [...weights.keys()].find((name) => name.startsWith('features.0.0.')) as string;
  const other = first.replace('features.0.0.', 'features.0.');
  const { message } = taken(renamed((name) => (name === first ? other : name)));
  expect(message).toContain(`${first} of the network and ${other} of the file differ by ".0": layers in a Sequential`);
  expect(taken(renamed((name) => (name === first ? undefined : name))).message).not.toContain('differ by');
});
