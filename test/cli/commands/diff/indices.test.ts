import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { int32Bytes, writeTflite } from '../../../import/write-tflite.ts';
import { realDigits, realDigitsData } from '../../../support/real-digits.ts';
import { cli, temporary } from '../../cli.ts';
import { dump } from './dump.ts';

/** 400 values to the index of the greatest, or the least, of them; the image has its greatest at 300 and its least at 44. */
function indexModel(name: 'ARG_MAX' | 'ARG_MIN', type: 'int32' | 'int64'): Uint8Array {
  return writeTflite({
    tensors: [
      { name: 'scores', shape: [1, 400], type: 'int8', scale: [0.1], zeroPoint: [0] },
      { name: 'axis', shape: [1], type: 'int32', bytes: int32Bytes([-1]) },
      { name: 'class', shape: [1], type },
    ],
    operators: [
      {
        name,
        inputs: [0, 1],
        outputs: [2],
        optionsType: name === 'ARG_MAX' ? 40 : 57,
        options: [[0, 'int8', type === 'int32' ? 2 : 4]],
      },
    ],
    inputs: [0],
    outputs: [2],
  });
}

const image = Int8Array.from({ length: 400 }, (_, i) => (i === 300 ? 100 : i === 44 ? -100 : i % 50));

describe.each(['int32', 'int64'] as const)('an output of %s indices', (type) => {
  const files = async () => {
    const at = temporary();
    writeFileSync(at('x.bin'), image);
    writeFileSync(at('max.tflite'), indexModel('ARG_MAX', type));
    writeFileSync(at('min.tflite'), indexModel('ARG_MIN', type));
    for (const name of ['max', 'min']) await cli('compile', at(`${name}.tflite`), '-o', at(`${name}.lbm`));
    return at;
  };

  it.each([
    ['tflite', 'tflite'],
    ['lbm', 'lbm'],
    ['lbm', 'tflite'],
  ])('300 differs from 44, whose lowest byte is the same (%s beside %s)', async (a, b) => {
    const at = await files();
    const { status, out } = await cli('diff', at(`max.${a}`), at(`min.${b}`), '--input', at('x.bin'));
    expect(out).toMatch(/1 of 1 indices\n {2}first: \[0, 0, 0\] 300 in A, 44 in B/);
    expect(status).toBe(1);
  });

  it('is equal to itself, compiled or not, and to an index of the other width', async () => {
    const at = await files();
    const equal = { status: 0, out: expect.stringContaining('equal: every value') };
    expect(await cli('diff', at('max.tflite'), at('max.lbm'), '--input', at('x.bin'))).toMatchObject(equal);
    writeFileSync(at('other.tflite'), indexModel('ARG_MAX', type === 'int32' ? 'int64' : 'int32'));
    expect(await cli('diff', at('max.tflite'), at('other.tflite'), '--input', at('x.bin'))).toMatchObject(equal);
  });

  it('is compared exactly, whatever number of steps values may be apart', async () => {
    const at = await files();
    const { status } = await cli('diff', at('max.lbm'), at('min.lbm'), '--input', at('x.bin'), '--steps', '1000');
    expect(status).toBe(1);
  });

  it.each<[string, Int32Array | BigInt64Array | Float32Array | Uint8Array, number]>([
    ['int32', Int32Array.of(300), 0],
    ['int32, wrong', Int32Array.of(44), 1],
    ['int64', BigInt64Array.of(300n), 0],
    ['int64 beyond int32', BigInt64Array.of(300n + 2n ** 32n), 1],
    ['uint8', Uint8Array.of(44), 1],
    ['float32', Float32Array.of(300), 0],
    ['float32, not whole', Float32Array.of(300.25), 1],
  ])('is compared with a dump of %s', async (_, values, status) => {
    const at = await files();
    const folder = dump(at('dumps'), new Map([['class', { shape: [1], values }]]));
    for (const model of ['max.tflite', 'max.lbm']) {
      const result = await cli('diff', at(model), folder, '--input', at('x.bin'));
      expect(result.out).toContain('1 tensors are matched by name');
      expect(result.status).toBe(status);
    }
  });

  it('is compared with what run -o has written, which has no header', async () => {
    const at = await files();
    mkdirSync(at('dumps'));
    await cli('run', at('max.lbm'), at('x.bin'), '-o', at('dumps/class.bin'));
    const compared = (model: string) => cli('diff', at(model), at('dumps'), '--input', at('x.bin'));
    expect(await compared('max.lbm')).toMatchObject({ status: 0, out: expect.stringContaining('equal: every value') });
    expect(await compared('min.lbm')).toMatchObject({ status: 1, out: expect.stringContaining('44 in A, 300 in B') });
  });

  it('is a number in JSON', async () => {
    const at = await files();
    const { out } = await cli('diff', at('max.tflite'), at('min.tflite'), '--input', at('x.bin'), '--json');
    expect(JSON.parse(out).first).toMatchObject({
      unit: 'index',
      limit: 0,
      difference: { count: 1, size: 1, first: { a: 300, b: 44 } },
    });
  });

  it('is a column of its own in the table of all that differ', async () => {
    const at = await files();
    const { out } = await cli('diff', at('max.tflite'), at('min.tflite'), '--input', at('x.bin'), '--all');
    expect(out).toMatch(/class +1×1×1×1 +1 +1 +indices/);
  });
});

describe('an output of float values', () => {
  it('is compared as float values: equal beside its dump, and one that is a step off is found', async () => {
    const at = temporary();
    const { images, scores, scale, zeroPoint } = realDigitsData();
    writeFileSync(at('m.tflite'), realDigits());
    await cli('compile', at('m.tflite'), '-o', at('m.lbm'));
    writeFileSync(at('x.bin'), images.slice(0, 64));
    const values = Float32Array.from(scores.subarray(0, 10), (q) => scale * (q - zeroPoint));
    const same = dump(at('same'), new Map([['scores', { shape: [1, 10], values }]]));
    const other = values.slice();
    other[3] = (other[3] as number) + scale;
    const off = dump(at('off'), new Map([['scores', { shape: [1, 10], values: other }]]));
    for (const model of ['m.tflite', 'm.lbm']) {
      expect((await cli('diff', at(model), same, '--input', at('x.bin'))).status).toBe(0);
      const { status, out } = await cli('diff', at(model), off, '--input', at('x.bin'));
      expect(status).toBe(1);
      expect(out).toContain('1 of 10 values');
    }
  });
});
