import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { imageOf, names, smallTflite } from '../../../support/small-network.ts';
import { cli, temporary } from '../../cli.ts';
import { diffOfFiles, verdictOf } from './small.ts';

describe('another model file', () => {
  it('that is the same is equal, compiled or not', async () => {
    expect(await diffOfFiles(smallTflite())).toMatchObject({ status: 0, err: '' });
    const at = temporary();
    writeFileSync(at('m.tflite'), smallTflite());
    writeFileSync(at('x.bin'), imageOf());
    await cli('compile', at('m.tflite'), '-o', at('m.lbm'));
    const { status, out } = await cli('diff', at('m.lbm'), at('m.tflite'), '--input', at('x.bin'));
    expect(status).toBe(0);
    expect(out).toContain('equal: every value');
    expect((await cli('diff', at('m.lbm'), at('m.lbm'), '--input', at('x.bin'))).status).toBe(0);
  });

  it('with an explicit border for SAME: the layer, the rule, and what the two files say', async () => {
    const { status, out } = await diffOfFiles(smallTflite({ padded: true }));
    expect(status).toBe(1);
    const [layer, verdict] = verdictOf(out);
    expect(layer).toMatch(`node 1 Conv2d "${names.conv2}"`);
    expect(verdict).toMatch(/^rule: padding: B pads top 1, left 1, bottom 1, right 1 .*PyTorch's padding=1/);
    expect(out).toContain(
      'the models differ: its padding is top 0, left 0, bottom 1, right 1 in A and top 1, left 1, bottom 1, right 1 in B',
    );
  });

  it('whose weights are for a map that is flattened channels first', async () => {
    const { out } = await diffOfFiles(smallTflite({ flattenFirst: true }));
    const [layer, verdict] = verdictOf(out);
    expect(layer).toMatch(`node 3 FullyConnected "${names.fc}"`);
    expect(verdict).toMatch(/^rule: layout: B takes the values of the 12×12×6 map .*\(NCHW\)/);
    expect(out).toMatch(
      /the models differ: its weights differ in \d,?\d+ of 4,?320 values: the same values in another order/,
    );
  });

  it('without the clamp at 6', async () => {
    const { out } = await diffOfFiles(smallTflite({ relu: true }));
    expect(verdictOf(out)[1]).toMatch(/^rule: activation: B clamps at 0 \(ReLU\)/);
    expect(out).toContain('its activation is relu6 in A and relu in B');
  });

  it('compiled, as the other one is: what the two records say', async () => {
    const at = temporary();
    writeFileSync(at('x.bin'), imageOf());
    for (const [name, options] of [
      ['a', {}],
      ['b', { padded: true }],
      ['c', { flattenFirst: true }],
    ] as const) {
      writeFileSync(at(`${name}.tflite`), smallTflite(options));
      await cli('compile', at(`${name}.tflite`), '-o', at(`${name}.lbm`));
    }
    const padded = (await cli('diff', at('a.lbm'), at('b.lbm'), '--input', at('x.bin'))).out;
    expect(verdictOf(padded)[0]).toMatch(`node 1 Conv2d "${names.conv2}"`);
    expect(padded).toContain('the models differ: the padding above is 0 in A and 1 in B');
    expect(padded).toContain(
      'no rule could be tried: neither A nor B is a model whose layers can be computed one by one',
    );
    const flattened = (await cli('diff', at('a.lbm'), at('c.lbm'), '--input', at('x.bin'))).out;
    expect(flattened).toMatch(/the models differ: its weights differ in \d+ of \d+ bytes as they are packed/);
    const beside = (await cli('diff', at('a.lbm'), at('b.tflite'), '--input', at('x.bin'))).out;
    expect(verdictOf(beside)[1]).toMatch(/^rule: padding: A pads top 0, left 0/);
    expect(beside).toContain('the models differ: the padding above is 0 in A and 1 in B');
  });

  it('with other names is matched by order', async () => {
    const renamed = Buffer.from(smallTflite({ padded: true }));
    for (let at = renamed.indexOf('net/'); at >= 0; at = renamed.indexOf('net/', at + 1)) renamed.write('NEW', at);
    const { out } = await diffOfFiles(renamed);
    expect(out).toContain('5 tensors are matched by name, 4 of them by operator, size and order');
    expect(verdictOf(out)[0]).toMatch(`node 1 Conv2d "${names.conv2}"`);
    expect(out).toContain('in B it is "NEW/conv2/Conv"');
  });
});
