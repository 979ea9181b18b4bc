import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { LiteBlockError } from '../../../src/format/errors.ts';
import { importOnnx } from '../../../src/import/onnx/import-onnx.ts';
import { externalDataOf } from '../../../src/jobs/files/external-data.ts';
import { type WrittenModel, type WrittenTensor, writeOnnx } from './write-onnx.ts';

const weights: WrittenTensor = { name: 'w', dims: [2, 3, 1, 1], values: [1, 2, 3, 4, 5, 6] };
const network: WrittenModel = {
  nodes: [
    { op: 'Conv', name: 'conv', inputs: ['x', 'w'], outputs: ['a'] },
    { op: 'Relu', name: 'relu', inputs: ['a'], outputs: ['b'] },
    { op: 'GlobalAveragePool', name: 'pool', inputs: ['b'], outputs: ['y'] },
  ],
  inputs: { x: [1, 3, 4, 4] },
  outputs: ['y'],
  tensors: [weights],
};

/** The error that an import throws, which is one of the library's. */
function refused(bytes: Uint8Array, options: Parameters<typeof importOnnx>[2] = {}): LiteBlockError {
  try {
    importOnnx(bytes, 'net.onnx', options);
  } catch (error) {
    if (error instanceof LiteBlockError) return error;
    throw error;
  }
  throw new Error('it was imported');
}

const changed = (change: Partial<WrittenModel>): Uint8Array => writeOnnx({ ...network, ...change });

it('imports the network that the cases change', () => {
  expect(importOnnx(changed({}), 'net.onnx').nodes.length).toBe(3);
});

describe('a network that does not hold together', () => {
  const nodes = network.nodes;
  it.each<[string, Partial<WrittenModel>, string, RegExp]>([
    [
      'nodes in a circle',
      { nodes: [{ ...nodes[0], inputs: ['b', 'w'] }, nodes[1], nodes[2]] },
      'file-invalid',
      /node 0 Conv "conv" reads "b", which no node has made before it/,
    ],
    ['a node that reads itself', { nodes: [{ ...nodes[0], inputs: ['a', 'w'] }] }, 'file-invalid', /reads "a"/],
    [
      'a tensor made twice',
      { nodes: [nodes[0], nodes[0], nodes[1], nodes[2]] },
      'file-invalid',
      /node 1 Conv "conv" makes "a", which is there already/,
    ],
    ['a missing initialiser', { tensors: [] }, 'file-invalid', /node 0 Conv "conv" reads "w", which no node/],
    [
      'two initialisers of one name',
      { tensors: [weights, weights] },
      'file-invalid',
      /two initialisers are called "w"/,
    ],
    [
      'an initialiser of fewer values',
      { tensors: [{ ...weights, values: [1, 2, 3] }] },
      'file-invalid',
      /initialiser "w": 12 bytes do not make the 6 values of float32 \[2, 3, 1, 1\]/,
    ],
    [
      'an initialiser without values',
      { tensors: [{ ...weights, raw: null }] },
      'file-invalid',
      /initialiser "w": 0 values do not make the 6/,
    ],
    [
      'a misshapen initialiser',
      { tensors: [{ ...weights, dims: [3, 2, 1, 1] }] },
      'unsupported',
      /node 0 Conv "conv": weights \[3, 2, 1, 1\] do not fit 3 channels/,
    ],
    [
      'enormous sizes',
      { tensors: [{ ...weights, dims: [2 ** 40, 2 ** 40] }] },
      'file-invalid',
      /initialiser "w": the shape \[1099511627776, 1099511627776\] is none, or too large/,
    ],
    ['sizes below 0', { tensors: [{ ...weights, dims: [-2, -3] }] }, 'file-invalid', /the shape \[-2, -3\] is none/],
    [
      'texts for weights',
      { tensors: [{ ...weights, dataType: 8 }] },
      'file-invalid',
      /the type string are not supported/,
    ],
    ['weights of no type', { tensors: [{ ...weights, dataType: 99 }] }, 'file-invalid', /the type type 99/],
    ['an enormous input', { inputs: { x: [1, 3, 2 ** 40, 4] } }, 'unsupported', /too large/],
    [
      'an input of six axes',
      { inputs: { x: [1, 1, 1, 3, 4, 4] } },
      'unsupported',
      /input "x": it has 6 axes \(1 to 4\)/,
    ],
    ['open sizes', { inputs: { x: ['N', 3, 'H', 'W'] } }, 'unsupported', /give --shape 'x=1,3,H,W'/],
    ['an output of nowhere', { outputs: ['z'] }, 'unsupported', /output "z": no node makes it/],
    ['a version of before', { opset: 6 }, 'file-version', /version 6 of ONNX's operators \(opset 7 to 28\)/],
    ['a version of tomorrow', { opset: 99 }, 'file-version', /version 99/],
    [
      'an attribute of another type',
      { nodes: [{ ...nodes[0], attributes: { group: 'one' } }, nodes[1], nodes[2]] },
      'unsupported',
      /node 0 Conv "conv": its attribute group is of type string \(int\)/,
    ],
    [
      'an attribute that is not known',
      { nodes: [{ ...nodes[0], attributes: { fuse: 1 } }, nodes[1], nodes[2]] },
      'unsupported',
      /its attribute fuse is not supported/,
    ],
  ])('has %s', (_, change, code, message) => {
    const error = refused(changed(change));
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^net\.onnx/);
    expect(error.code).toBe(code);
  });

  it('tells three unsupported operators in five nodes at once, by their names', () => {
    const ops = ['LRN', 'LSTM', 'LRN', 'Attention', 'LSTM'];
    const chain = ops.map((op, i) => ({
      op,
      name: `n${i}`,
      inputs: [i === 0 ? 'x' : `v${i - 1}`],
      outputs: [`v${i}`],
    }));
    const { code, message, problems } = refused(changed({ nodes: chain, outputs: ['v4'] }));
    expect(code).toBe('unsupported');
    expect(problems.map(({ op, name }) => `${op} ${name}`)).toEqual(ops.map((op, i) => `${op} n${i}`));
    expect(message).toMatch('LRN in 2 nodes: the operator is not supported');
    expect(message).toMatch('node 3 Attention "n3"');
    expect(message).toMatch('3 operators are not supported, in 5 nodes');
  });
});

describe('protobuf that lies', () => {
  const bytes = changed({});
  it('about lengths', () => {
    const graph = bytes.indexOf(0x3a);
    for (const length of [[0x7f], [0xff, 0x7f], [0xff, 0xff, 0xff, 0xff, 0x0f]]) {
      const lying = Uint8Array.from([...bytes.subarray(0, graph + 1), ...length, ...bytes.subarray(graph + 3)]);
      expect(refused(lying).code).toMatch(/^file-(truncated|invalid)$/);
    }
  });

  it('is cut anywhere', () => {
    for (let end = 3; end < bytes.length; end += 7)
      expect(refused(bytes.subarray(0, end)).code).toMatch(/^file-|unsupp/);
  });

  it('nests groups and messages deeply', () => {
    const groups = new Uint8Array(1e6).fill(0x0b);
    expect(refused(Uint8Array.from([8, 8, ...groups.subarray(0, 1e5)])).code).toMatch(/^file-/);
  });

  it('has a million nodes', () => {
    const many = new Uint8Array(2e6);
    for (let at = 0; at < many.length; at += 2) many[at] = 0x0a;
    const length = [0x80, 0x89, 0x7a];
    const { code, message } = refused(Uint8Array.from([8, 8, 0x3a, ...length, ...many]));
    expect(code).toBe('unsupported');
    expect(message).toMatch('it has 1000000 nodes (at most 20000)');
  });

  it('is changed anywhere: an error of the library, or a graph', () => {
    const change = fc.record({ at: fc.nat(bytes.length - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const own = bytes.slice();
        for (const { at, value } of changes) own[at] = value;
        try {
          expect(importOnnx(own, 'net.onnx').inputs.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(LiteBlockError);
          expect((error as Error).message).toMatch(/^net\.onnx/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('weights beside the model', () => {
  const folder = mkdtempSync(join(tmpdir(), 'liteblock-external-'));
  const model = join(folder, 'models', 'net.onnx');
  mkdirSync(join(folder, 'models', 'below'), { recursive: true });
  const values = new Uint8Array(Float32Array.from([9, 1, 2, 3, 4, 5, 6]).buffer);
  for (const path of ['models/w.bin', 'models/below/w.bin', 'secret.bin']) writeFileSync(join(folder, path), values);
  writeFileSync(model, '');
  symlinkSync(join(folder, 'secret.bin'), join(folder, 'models', 'link.bin'));
  symlinkSync(folder, join(folder, 'models', 'up'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const imported = (external: Record<string, string>) =>
    changed({ tensors: [{ ...weights, external: { offset: '4', length: '24', ...external } }] });
  const options = { externalData: externalDataOf(model) };

  it.each(['w.bin', 'below/w.bin', './w.bin'])('are read from %s', (location) => {
    const { tensors } = importOnnx(imported({ location }), 'net.onnx', options);
    expect(tensors.find(({ name }) => name === 'w')?.data).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['above the folder', { location: '../secret.bin' }, /"\.\.\/secret\.bin", which leads out of the folder/],
    ['above, by backslashes', { location: 'below\\..\\..\\secret.bin' }, /leads out of the folder/],
    ['at an absolute path', { location: '/etc/passwd' }, /"\/etc\/passwd", which is not a relative path/],
    ['on a drive', { location: 'C:\\w.bin' }, /is not a relative path/],
    ['at an address', { location: 'file://w.bin' }, /is not a relative path/],
    ['behind a link', { location: 'link.bin' }, /"link\.bin", which leads out of the folder of the model/],
    ['behind a linked folder', { location: 'up/secret.bin' }, /leads out of the folder of the model/],
    ['in no file', { location: 'missing.bin' }, /"missing\.bin" beside the model cannot be read/],
    ['in a folder', { location: 'below' }, /"below" beside the model is not a file/],
    ['nowhere', { location: '' }, /which is empty/],
    [
      'beyond the end',
      { location: 'w.bin', offset: '8' },
      /24 bytes from 8 on go beyond the end of "w\.bin", of 28 bytes/,
    ],
    ['beyond the end by far', { location: 'w.bin', offset: '999999999999' }, /go beyond the end/],
    ['at no number', { location: 'w.bin', offset: '-4' }, /the offset of its values in "w\.bin" is "-4"/],
    ['in too few bytes', { location: 'w.bin', length: '20' }, /20 bytes do not make the 6 values/],
  ])('are not read %s', (_, external, message) => {
    const error = refused(imported(external), options);
    expect(error.message).toMatch(/^net\.onnx: initialiser "w": /);
    expect(error.message).toMatch(message);
    expect(error.code).toMatch(/^file-/);
  });

  it('are refused where there is no folder', () => {
    expect(refused(imported({ location: 'w.bin' })).message).toMatch('there is no folder to read it from');
    expect(readFileSync(join(folder, 'secret.bin'))).toHaveLength(28);
  });
});
