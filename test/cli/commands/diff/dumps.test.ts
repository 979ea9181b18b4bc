import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeShared } from '../../../support/shared-data.ts';
import { imageOf, names, otherRuntime, smallTflite } from '../../../support/small-network.ts';
import { cli, temporary } from '../../cli.ts';
import { type Dumped, dump } from './dump.ts';
import { verdictOf } from './small.ts';

describe('dumps', () => {
  it('may have names with other letters for slashes, more tensors and fewer', async () => {
    const at = temporary();
    writeFileSync(at('m.tflite'), smallTflite());
    const tensors = new Map(otherRuntime(imageOf()));
    tensors.delete(names.conv1);
    tensors.set('net/other', { shape: [2], values: Int8Array.of(1, 2) });
    const { status, out } = await cli('diff', at('m.tflite'), dump(at('d'), tensors, '__'));
    expect(status).toBe(0);
    expect(out).toContain('4 tensors are matched by name');
    expect(out).toContain(`only in A:  "${names.conv1}"`);
    expect(out).toContain('only in B:  "net__other"');
  });

  it('may hold a batch, of which --image is compared, and names that were cut off', async () => {
    const at = temporary();
    const long = `${names.conv2};${'a/long/name/that/converters/join/'.repeat(4)}`;
    writeFileSync(at('m.tflite'), smallTflite({ conv2: long }));
    const [one, other] = [otherRuntime(imageOf(5)), otherRuntime(imageOf(6))];
    const both = new Map(
      Array.from(one, ([name, { shape, values }]) => {
        const last = other.get(name)?.values ?? new Int8Array();
        const cut = name === names.conv2 ? long.replaceAll('/', '_').slice(0, 100) : name;
        return [cut, { shape: [2, ...shape.slice(1)], values: Int8Array.from([...values, ...last]) }];
      }),
    );
    writeFileSync(at('x.bin'), Int8Array.from([...imageOf(5), ...imageOf(6)]));
    const folder = dump(at('d'), both);
    for (const image of ['0', '1']) {
      const { status, out } = await cli('diff', at('m.tflite'), folder, '--input', at('x.bin'), '--image', image);
      expect({ status, out }).toMatchObject({
        status: 0,
        out: expect.stringContaining('5 tensors are matched by name'),
      });
    }
    const { err } = await cli('diff', at('m.tflite'), folder, '--input', at('x.bin'), '--image', '2');
    expect(err).toMatch(/x\.bin: it has 2 images, and --image 2 counts from 0/);
  });

  it('may be A, and then A is what is explained', async () => {
    const at = temporary();
    writeFileSync(at('m.tflite'), smallTflite());
    const dumps = dump(at('d'), otherRuntime(imageOf(), { rawZero: true }));
    const { out } = await cli('diff', dumps, at('m.tflite'));
    expect(verdictOf(out)[1]).toMatch(/^rule: padding: A pads with raw 0 .*; B pads with the zero point/);
  });

  it('of layers further apart are explained through those between them', async () => {
    const at = temporary();
    writeFileSync(at('m.tflite'), smallTflite());
    const tensors = new Map(otherRuntime(imageOf(), { before: 1, after: 1 }));
    for (const name of [names.conv1, names.conv2, names.flat]) tensors.delete(name);
    const { out } = await cli('diff', at('m.tflite'), dump(at('d'), tensors));
    expect(out).toContain('layers since the tensors that both have: 0 Conv2d, 1 Conv2d, 2 Reshape, 3 FullyConnected');
    expect(verdictOf(out)[1]).toMatch(/^rule: padding: node 1 Conv2d: B pads top 1, left 1, bottom 1, right 1/);
  });

  it('with a value that no rule gives: it says so', async () => {
    const at = temporary();
    writeFileSync(at('m.tflite'), smallTflite());
    const tensors = new Map(otherRuntime(imageOf()));
    const values = Int8Array.from(tensors.get(names.conv2)?.values ?? []);
    values[100] = (values[100] as number) ^ 64;
    tensors.set(names.conv2, { shape: [1, 12, 12, 6], values });
    const { out } = await cli('diff', at('m.tflite'), dump(at('d'), tensors));
    expect(out).toMatch(/1 of 864 values, at most by 64 steps/);
    expect(verdictOf(out)[1]).toMatch(/^no known rule explains/);
  });

  it('need an input where they have none', async () => {
    const at = temporary();
    writeFileSync(at('m.tflite'), smallTflite());
    const tensors = new Map(otherRuntime(imageOf()));
    tensors.delete(names.image);
    const { status, err } = await cli('diff', at('m.tflite'), dump(at('d'), tensors));
    expect(status).toBe(2);
    expect(err).toContain('give --input X, the image that both are run on, or put it into the dumps as "image.npy"');
  });

  it.each([
    ['an empty folder', (folder: string) => void writeFileSync(`${folder}/readme`, ''), /it has no dumps/],
    [
      'a damaged index',
      (folder: string) => void writeFileSync(`${folder}/index.json`, '{'),
      /index\.json: it is not JSON/,
    ],
    [
      'a file that is not there',
      (folder: string) => void writeFileSync(`${folder}/index.json`, '{"layers":[{"name":"a","file":"b.npy"}]}'),
      /layer 0 "a": there is no file b\.npy/,
    ],
    [
      'an index that is null',
      (folder: string) => void writeFileSync(`${folder}/index.json`, 'null'),
      /index\.json: it has no list "layers"/,
    ],
    [
      'a shape that is none',
      (folder: string) => {
        writeFileSync(`${folder}/b.bin`, new Uint8Array(8));
        writeFileSync(`${folder}/index.json`, '{"layers":[{"name":"a","file":"b.bin","shape":"8"}]}');
      },
      /layer 0 "a": "shape" is not a list of sizes/,
    ],
    [
      'numbers of a type that only JavaScript objects have',
      (folder: string) => {
        writeFileSync(`${folder}/b.bin`, new Uint8Array(8));
        writeFileSync(`${folder}/index.json`, '{"layers":[{"name":"a","file":"b.bin","dtype":"constructor"}]}');
      },
      /it has no dumps/,
    ],
  ])('as %s are refused', async (_, spoil, message) => {
    const at = temporary();
    writeFileSync(at('m.tflite'), smallTflite());
    const folder = at('d');
    mkdirSync(folder);
    spoil(folder);
    expect((await cli('diff', at('m.tflite'), folder)).err).toMatch(message);
  });
});

describe('the input', () => {
  it('may be among the dumps as wider integers, where an int8 model holds them', async () => {
    const at = temporary();
    writeFileSync(at('m.tflite'), smallTflite());
    const tensors = new Map<string, Dumped>(otherRuntime(imageOf()));
    const given = (values: Int32Array) => {
      tensors.set(names.image, { shape: [1, 24, 24, 3], values });
      return cli('diff', at('m.tflite'), dump(at('d'), tensors));
    };
    expect((await given(Int32Array.from(imageOf()))).status).toBe(0);
    const { status, err } = await given(Int32Array.from(imageOf(), (q, i) => (i === 7 ? 300 : q)));
    expect(status).toBe(1);
    expect(err).toContain('the dump of its input "image" has the type BigInt64Array: give 8-bit values');
  });

  it('in another order of colours is named before any layer', async () => {
    const at = temporary();
    writeFileSync(at('m.tflite'), smallTflite());
    writeFileSync(at('x.bin'), imageOf());
    const bgr = imageOf().map((_, i, all) => all[i - (i % 3) + 2 - (i % 3)] as number);
    const { out } = await cli('diff', at('m.tflite'), dump(at('d'), otherRuntime(bgr)), '--input', at('x.bin'));
    expect(verdictOf(out)[0]).toMatch('the first tensor that differs: "image"');
    expect(verdictOf(out)[1]).toBe('rule: input: the inputs of the models differ, before any layer');
    expect(out).toContain('in B its channels come in reverse order (BGR for RGB, or the other way round)');
  });
});

describeShared('dumps of real models', (data) => {
  const folder = `${data}tflite/kws_ref_model`;
  const model = `${folder}/kws_ref_model.tflite`;

  it('are read unchanged, input and all, and are equal', async () => {
    const { status, out } = await cli('diff', model, `${folder}/perlayer`);
    expect(status).toBe(0);
    expect(out).toContain('14 tensors are matched by name');
    expect(out).toContain('equal: every value');
  });

  it('with a bit turned: the tensor is named', async () => {
    const at = temporary();
    cpSync(`${folder}/perlayer`, at('dumps'), { recursive: true });
    const bytes = readFileSync(at('dumps/t025.bin'));
    bytes[700] = (bytes[700] as number) ^ 1;
    writeFileSync(at('dumps/t025.bin'), bytes);
    const { status, out } = await cli('diff', model, at('dumps'));
    expect(status).toBe(1);
    expect(verdictOf(out)[0]).toMatch('node 3 DepthwiseConv2d "functional_1/activation_3/Relu"');
    expect(out).toContain('1 of 8,000 values, at most by 1 step');
  });
});
