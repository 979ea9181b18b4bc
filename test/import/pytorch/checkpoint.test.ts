import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importNetwork } from '../../../src/compiler/import-network.ts';
import { readCheckpoint } from '../../../src/import/pytorch/checkpoint.ts';
import { readWeights } from '../../../src/import/read-weights.ts';
import { floatEngine } from '../../support/float.ts';
import { describeShared } from '../../support/shared-data.ts';
import { refusal } from '../refusal.ts';
import { imagesOf, relativeError } from './nchw.ts';
import { PickleWriter } from './pickle.ts';
import { archive } from './zip.ts';

const reals = (...values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const six = reals(0, 1, 2, 3, 4, 5);
const file = (pickle: PickleWriter, storages: Readonly<Record<string, Uint8Array>> = { 0: six }): Uint8Array =>
  archive({
    'net/data.pkl': pickle.bytes,
    'net/byteorder': 'little',
    ...Object.fromEntries(Object.entries(storages).map(([key, bytes]) => [`net/data/${key}`, bytes])),
  });
const dict = (...entries: readonly ((pickle: PickleWriter) => PickleWriter)[]): PickleWriter => {
  const pickle = new PickleWriter().raw(0x7d).ascii('(');
  for (const entry of entries) entry(pickle);
  return pickle.ascii('u');
};
const weight = (pickle: PickleWriter): PickleWriter => pickle.text('w').tensor('FloatStorage', '0', 0, [2, 3], [3, 1]);
const refused = (bytes: Uint8Array) => refusal(() => readCheckpoint(bytes, 'w.pt'));

describe('a state_dict of torch.save', () => {
  it('gives tensors by name, transposed and shared ones as well', () => {
    const tensors = readCheckpoint(
      file(dict(weight, (pickle) => pickle.text('t').tensor('FloatStorage', '0', 1, [2, 2], [1, 2]))),
      'w.pt',
    );
    expect(tensors.get('w')).toEqual({ dtype: 'float32', shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) });
    expect(tensors.get('t')?.data).toEqual(Float32Array.of(1, 3, 2, 4));
  });

  it('reads halves, bfloat16 and doubles as float32, and whole numbers as none', () => {
    const tensors = readCheckpoint(
      file(
        dict(
          (pickle) => pickle.text('half').tensor('HalfStorage', 'h', 0, [1], [1]),
          (pickle) => pickle.text('brain').tensor('BFloat16Storage', 'b', 0, [1], [1]),
          (pickle) => pickle.text('double').tensor('DoubleStorage', 'd', 0, [1], [1]),
          (pickle) => pickle.text('count').tensor('LongStorage', 'i', 0, [1], [1]),
        ),
        {
          h: new Uint8Array([0x00, 0x3e]),
          b: new Uint8Array([0xc0, 0x3f]),
          d: new Uint8Array(Float64Array.of(1.5).buffer),
          i: new Uint8Array(BigInt64Array.of(7n).buffer),
        },
      ),
      'w.pt',
    );
    for (const name of ['half', 'brain', 'double']) expect(tensors.get(name)?.data).toEqual(Float32Array.of(1.5));
    expect(tensors.get('count')).toEqual({ dtype: 'int64', shape: [1] });
  });

  it('is taken from inside a checkpoint, which is said', () => {
    const notes: string[] = [];
    const pickle = new PickleWriter()
      .raw(0x7d)
      .ascii('(')
      .text('epoch')
      .number(3)
      .text('state_dict')
      .raw(0x7d)
      .ascii('(');
    const tensors = readCheckpoint(file(weight(pickle).ascii('uu')), 'w.pt', (text) => notes.push(text));
    expect([...tensors.keys()]).toEqual(['w']);
    expect(notes).toEqual(['w.pt: the weights are those under "state_dict"']);
    expect(refused(file(new PickleWriter().raw(0x7d))).message).toMatch(
      'no state_dict is found in it: it has no tensors',
    );
  });

  it('is the older stream as well', () => {
    const magic = new PickleWriter().raw(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19).bytes;
    const parts = [
      magic,
      new PickleWriter().number(1001).bytes,
      new PickleWriter().raw(0x7d).bytes,
      dict(weight).bytes,
      new PickleWriter().ascii('(').text('0').ascii('l').bytes,
      new Uint8Array([6, 0, 0, 0, 0, 0, 0, 0]),
      six,
    ];
    const stream = new Uint8Array(parts.flatMap((part) => [...part]));
    expect(readWeights(stream, 'w.pth').get('w')?.data).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5));
    for (let length = 14; length < stream.length; length++) {
      expect(refused(stream.subarray(0, length)).code).toMatch(/^file-(invalid|truncated)$/);
    }
  });
});

describe('a pickle that is no state_dict', () => {
  it.each([
    ['posix', 'system'],
    ['os', 'system'],
    ['builtins', 'eval'],
    ['__builtin__', 'exec'],
    ['subprocess', 'Popen'],
    ['numpy.core.multiarray', '_reconstruct'],
    ['torch', 'load'],
  ])('is refused by the name %s.%s, and not run', (module, name) => {
    const pickle = dict(weight, (each) => each.text('x').global(module, name).ascii('(').text('echo').ascii('tR'));
    const { code, message } = refused(file(pickle));
    expect(code).toBe('unsupported');
    expect(message).toMatch(`the pickle names ${module.replace('__builtin__', 'builtins')}.${name}`);
  });

  it('of a whole module is refused with the lines that export it', () => {
    const { code, message } = refused(
      file(new PickleWriter().global('torchvision.models.resnet', 'ResNet').raw(0x29, 0x81)),
    );
    expect(code).toBe('unsupported');
    expect(message).toMatch('it is a whole pickled module (torchvision.models.resnet.ResNet)');
    expect(message).toMatch('torch.export.export(model.eval(), (example_input,))');
    expect(message).toMatch("torch.export.save(program, 'model.pt2')");
  });

  it('of TorchScript is refused', () => {
    const script = archive({ 'net/data.pkl': dict(weight).bytes, 'net/code/net.py': 'x' });
    expect(refused(script).message).toMatch('this is a TorchScript program, which is code');
  });

  it.each<[string, (pickle: PickleWriter) => PickleWriter, RegExp]>([
    [
      'beyond its storage',
      (p) => p.text('w').tensor('FloatStorage', '0', 1, [2, 3], [3, 1]),
      /beyond its storage of 6/,
    ],
    [
      'of more values than are there',
      (p) => p.text('w').tensor('FloatStorage', '0', 0, [2 ** 15, 2 ** 15], [0, 0]),
      /beyond its storage/,
    ],
    ['of negative strides', (p) => p.text('w').tensor('FloatStorage', '0', 5, [6], [-1]), /is none \(whole numbers/],
    ['of fewer strides', (p) => p.text('w').tensor('FloatStorage', '0', 0, [2, 3], [3]), /is none/],
    ['without its bytes', (p) => p.text('w').tensor('FloatStorage', '7', 0, [1], [1]), /has no file net\/data\/7/],
    [
      'of a number',
      (p) => p.text('w').global('torch._utils', '_rebuild_tensor_v2').number(3).raw(0x85).ascii('R'),
      /not made of a storage/,
    ],
    ['called by a text', (p) => p.text('w').text('x').raw(0x29).ascii('R'), /calls what is no global/],
    ['recalled', (p) => p.text('w').raw(0x68, 9), /recalls entry 9/],
    ['of another opcode', (p) => p.text('w').raw(0x01), /the opcode 0x1 is none/],
  ])('has a tensor %s', (_, entry, message) => {
    expect(refused(file(dict(entry))).message).toMatch(message);
  });

  it('is refused wherever it is cut off, and whichever byte is another', () => {
    const { bytes } = dict(weight);
    const read = (pickle: Uint8Array) =>
      readCheckpoint(archive({ 'n/data.pkl': pickle, 'n/data/0': six }), 'w.pt').get('w')?.data?.length;
    for (let length = 0; length < bytes.length - 1; length++) {
      expect(refusal(() => read(bytes.subarray(0, length))).code).toMatch(/^(file-|unsupported)/);
    }
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [1, 2, 16, 128]) {
        const changed = bytes.slice();
        changed[at] ^= bit;
        try {
          read(changed);
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/^(file-|unsupported)/);
        }
      }
    }
  });
});

describeShared('state_dicts of PyTorch', (data) => {
  const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${data}pytorch/${name}`));

  it('run through a network.json as PyTorch does', async () => {
    const graph = importNetwork(litenet, bytesOf('litenet.pt'), { weightsSource: 'litenet.pt' });
    const images = imagesOf(new Float32Array(bytesOf('litenet.in.f32.bin').buffer), [8, 3, 48, 48]);
    const theirs = new Float32Array(bytesOf('litenet.out.f32.bin').buffer);
    const run = (await floatEngine())(graph);
    expect(
      relativeError(
        images.flatMap((image) => [...run([image])[0]]),
        theirs,
      ),
    ).toBeLessThan(1e-4);
  });
});

const block = (name: string, ins: number, out: number, stride: number) => ({
  type: 'LiteBlock',
  name,
  in: ins,
  out,
  stride,
});
const litenet = {
  name: 'litenet',
  input: { channels: 3, height: 48, width: 48 },
  layers: [
    {
      type: 'Sequential',
      name: 'stem',
      layers: [
        { type: 'Conv2d', in: 3, out: 16, kernel: 3, stride: 2, padding: 1, bias: false },
        { type: 'BatchNorm2d', features: 16 },
        { type: 'ReLU6' },
      ],
    },
    {
      type: 'Sequential',
      name: 'blocks',
      layers: [block('0', 16, 24, 2), block('1', 24, 24, 1), block('2', 24, 40, 2), block('3', 40, 40, 1)],
    },
    { type: 'AdaptiveAvgPool2d' },
    { type: 'Flatten' },
    { type: 'Linear', name: 'fc', in: 40, out: 10 },
  ],
};
