import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Faults, imageOf, names, otherRuntime, smallTflite } from '../../../support/small-network.ts';
import { cli, temporary } from '../../cli.ts';
import { dump } from './dump.ts';
import { diffOf, verdictOf } from './small.ts';

describe('a runtime that computes otherwise', () => {
  it('and one that does not: equal, with status 0', async () => {
    const { status, out, err } = await diffOf({});
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(/5 tensors are matched by name/);
    expect(out).toMatch(/^equal: every value$/m);
  });

  const conv1 = `the first tensor that differs: node 0 Conv2d "${names.conv1}"  1×24×24×4`;
  const conv2 = `the first tensor that differs: node 1 Conv2d "${names.conv2}"  1×12×12×6`;

  it.each<[string, Faults, string, RegExp]>([
    [
      'pads explicitly for SAME',
      { before: 1, after: 1 },
      conv2,
      /^rule: padding: B pads top 1, left 1, bottom 1, right 1 \(the same .* PyTorch's padding=1\); A pads top 0, left 0, bottom 1, right 1 \(.*SAME\)$/,
    ],
    ['pads with raw 0', { rawZero: true }, conv1, /^rule: padding: B pads with raw 0 in place of the zero point -7/],
    ['rounds once', { singleRounding: true }, conv1, /^rule: rounding: B rounds once/],
    [
      'does not clamp at 6',
      { unclamped: true },
      conv1,
      /^rule: activation: B clamps at 0 \(ReLU\); A clamps at 0 and 6/,
    ],
    [
      'takes no zero point from its input',
      { noZeroPoint: true },
      conv1,
      /^rule: zero point: B takes 0 for the zero point of x/,
    ],
  ])('that %s is named, with its layer', async (_, faults, first, rule) => {
    const { status, out } = await diffOf(faults);
    expect(status).toBe(1);
    const [layer, verdict, ...others] = verdictOf(out);
    expect(layer).toBe(first);
    expect(verdict).toMatch(rule);
    expect(others).toEqual([]);
    expect(out).toContain('computed again that way, the layer gives every value of B');
  });

  it('that flattens channels first is named at the flatten, or at the layer behind it where that is not dumped', async () => {
    const { out } = await diffOf({ channelsFirst: true });
    const [layer, verdict] = verdictOf(out);
    expect(layer).toMatch(`node 2 Reshape "${names.flat}"`);
    expect(verdict).toMatch(/^rule: layout: B takes the values of the 12×12×6 map .*channels first, NCHW/);

    const at = temporary();
    writeFileSync(at('m.tflite'), smallTflite());
    const dumps = dump(at('dumps'), otherRuntime(imageOf(), { channelsFirst: true }));
    rmSync(at(`dumps/${names.flat}.npy`));
    const without = verdictOf((await cli('diff', at('m.tflite'), dumps)).out);
    expect(without[0]).toMatch(`node 3 FullyConnected "${names.fc}"`);
    expect(without[1]).toMatch(/^rule: layout: .*B takes the values of the 12×12×6 map/);
  });

  it('that rounds once differs on ties alone, by one step, within --steps 1 up to where that adds up', async () => {
    const { out } = await diffOf({ singleRounding: true });
    expect(out).toMatch(/ of 2,304 values, at most by 1 step \(0\.03\), by 1 step/);
    expect(out).toContain('all of them lie on ties, between two steps');
    const within = await diffOf({ singleRounding: true }, '--steps', '3');
    expect(within.status).toBe(0);
    expect(within.out).toContain('equal: every value (within 3 steps)');
  });

  it('tells where: that the border differs', async () => {
    const { out } = await diffOf({ rawZero: true });
    expect(out).toContain(
      'only at the border of the map: the first row, the last row, the first column, the last column',
    );
    expect(out).toMatch(/first: \[0, 0, \d\] -?\d+ in A, -?\d+ in B.*\[row, column, channel\]/);
  });

  it('gives the same as JSON, and every tensor that differs with --all', async () => {
    const json = JSON.parse((await diffOf({ rawZero: true }, '--json')).out);
    expect(json).toMatchObject({ equal: false, steps: 0, onlyA: [], onlyB: [] });
    expect(json.first).toMatchObject({ name: names.conv1, maker: { index: 0, op: 'Conv2d' } });
    expect(json.first.verdict).toMatchObject({ kind: 'rule', rules: [{ rule: 'padding', left: 0 }] });
    expect(json.compared).toHaveLength(5);
    const { out } = await diffOf({ rawZero: true }, '--all');
    expect(out).toMatch(/^node +op +tensor +shape +differ +of +largest +mean +unit$/m);
    expect(out).toMatch(/^ +3 +FullyConnected +net\/fc +1×1×1×5 /m);
  });
});
