import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { Builder } from 'flatbuffers';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { openZip } from '../../src/import/tflite/appended-zip.ts';
import * as schema from '../../src/import/tflite/metadata-schema.ts';
import { refusal } from './refusal.ts';
import { writeTflite } from './write-tflite.ts';

interface Described {
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly labels?: string;
  readonly identifier?: string;
  /** Of the input; its zero point is 0. */
  readonly scale?: number;
}

/** Metadata of one input and one output. */
function metadataOf({
  mean = [127.5],
  std = [127.5],
  labels = 'labels.txt',
  identifier = 'M001',
}: Described): Uint8Array {
  const b = new Builder();
  const vector = (bytes: number, list: readonly number[], add: (value: number) => void): number => {
    b.startVector(bytes, list.length, bytes);
    for (const value of [...list].reverse()) add(value);
    return b.endVector();
  };
  const offsets = (...list: number[]): number => vector(4, list, (at) => b.addOffset(at));
  const table = (...fields: readonly (readonly [slot: number, at: number, isTag?: true])[]): number => {
    b.startObject(10);
    for (const [slot, at, isTag] of fields) {
      if (isTag) b.addFieldInt8(slot, at, 0);
      else b.addFieldOffset(slot, at, 0);
    }
    return b.endObject();
  };
  const floats = (list: readonly number[]): number => vector(4, list, (value) => b.addFloat32(value));
  const { normalizationOptions, processUnit, tensorMetadata, associatedFile, subgraphMetadata, modelMetadata } = schema;
  const options = table([normalizationOptions.mean, floats(mean)], [normalizationOptions.std, floats(std)]);
  const unit = table([processUnit.optionsType, schema.normalizationOptionsType, true], [processUnit.options, options]);
  const input = table([tensorMetadata.processUnits, offsets(unit)]);
  const file = table(
    [associatedFile.name, b.createString(labels)],
    [associatedFile.type, schema.tensorAxisLabels, true],
  );
  const output = table([tensorMetadata.associatedFiles, offsets(file)]);
  const graph = table([subgraphMetadata.inputs, offsets(input)], [subgraphMetadata.outputs, offsets(output)]);
  b.finish(table([modelMetadata.subgraphs, offsets(graph)]), identifier);
  return b.asUint8Array().slice();
}

const model = (described: Described = {}): Uint8Array => {
  const tensor = { shape: [1, 1, 1, 3], scale: [described.scale ?? 0.5], zeroPoint: [0] };
  const operators = [{ name: 'QUANTIZE', inputs: [0], outputs: [1] }];
  return writeTflite({
    tensors: [tensor, { ...tensor, scale: [0.25] }],
    operators,
    inputs: [0],
    outputs: [1],
    metadata: metadataOf(described),
  });
};

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
const archive = (text: string, level: 0 | 9 = 9): Uint8Array =>
  zipSync({ 'other.txt': strToU8('no'), 'labels.txt': [strToU8(text), { level }] });
const three = 'cat\ndog\nbird\n';

/** Finds the nth place of a little-endian signature. */
function placeOf(bytes: Uint8Array, signature: number, n = 0): number {
  const view = new DataView(bytes.buffer);
  const places = [...bytes.keys()].filter((at) => at + 4 <= bytes.length && view.getUint32(at, true) === signature);
  return places[n] as number;
}

/** An archive whose bytes at `offset` behind a signature are others. */
function changed(
  zip: Uint8Array,
  signature: number,
  n: number,
  offset: number,
  value: number,
  bytes: 2 | 4,
): Uint8Array {
  const copy = zip.slice();
  const view = new DataView(copy.buffer);
  const at = placeOf(copy, signature, n) + offset;
  if (bytes === 2) view.setUint16(at, value, true);
  else view.setUint32(at, value, true);
  return copy;
}

const [entry, end] = [0x02014b50, 0x06054b50];

describe('the metadata of a .tflite', () => {
  it.each([0, 9] as const)('says names of classes and what pixels mean, its archive packed at level %i', (level) => {
    const graph = importModel(joined(model(), archive(three, level)), 'm');
    expect(graph.notes).toEqual({
      labels: ['cat', 'dog', 'bird'],
      labelsFile: 'labels.txt',
      preprocessing: { mean: [127.5], std: [127.5] },
    });
    const { model: made } = compile(graph);
    expect([made.labels, made.metadata.preprocessing]).toEqual([
      ['cat', 'dog', 'bird'],
      { mean: [127.5], std: [127.5] },
    ]);
  });

  it.each([
    [1 / 127.5, 128, 127.5],
    [1 / 128, 128, 128],
    [1 / 64, 127.5, 127.5],
  ])('stores what an input of scale %d says of pixels where that is within a step', (scale, mean, std) => {
    const { preprocessing } = importModel(model({ scale }), 'm').notes ?? {};
    expect(preprocessing?.mean).toEqual([mean]);
    expect(preprocessing?.std[0]).toBeCloseTo(std, 4);
  });

  it('is overridden by options', () => {
    const { model: made } = compile(importModel(joined(model(), archive(three)), 'm'), { labels: ['x', 'y', 'z'] });
    expect([made.labels, made.metadata.preprocessing]).toEqual([['x', 'y', 'z'], { mean: [127.5], std: [127.5] }]);
  });

  it('has offsets from the file’s start, too', () => {
    const file = model();
    const zip = archive(three);
    const shifted = [0, 1].reduce((bytes, n) => {
      const at = new DataView(bytes.buffer).getUint32(placeOf(bytes, entry, n) + 42, true);
      return changed(bytes, entry, n, 42, at + file.length, 4);
    }, zip);
    const directory = new DataView(zip.buffer).getUint32(placeOf(zip, end) + 16, true);
    const whole = joined(file, changed(shifted, end, 0, 16, directory + file.length, 4));
    expect(importModel(whole, 'm').notes?.labels).toEqual(['cat', 'dog', 'bird']);
  });

  it.each<[string, Described, Uint8Array, object | undefined]>([
    ['of another schema', { identifier: 'M999' }, archive(three), undefined],
    ['without an archive', {}, new Uint8Array(), { preprocessing: { mean: [127.5], std: [127.5] } }],
    [
      'without its file of labels',
      { labels: 'none.txt' },
      archive(three),
      { preprocessing: { mean: [127.5], std: [127.5] } },
    ],
  ])('is left alone %s', (_, described, zip, notes) => {
    expect(importModel(joined(model(described), zip), 'm').notes).toEqual(notes);
  });

  it('that does not fit the model is ignored, with a note', () => {
    const notes: string[] = [];
    const onNote = (text: string): void => void notes.push(text);
    const graph = importModel(joined(model({ mean: [1, 2], std: [0] }), archive('cat\ndog\n')), 'm', { onNote });
    expect(graph.notes).toBeUndefined();
    expect(notes).toEqual([
      'm: labels.txt in its metadata, 2 labels, does not fit the 3 classes of the output "t1": it is ignored',
      'm: mean and std in its metadata do not fit its input: they are ignored',
    ]);
  });
});

describe('the archive behind a .tflite', () => {
  const zip = archive(three);
  const bomb = archive('\0'.repeat(1 << 22));
  /** A file of few bytes by the directory, of megabytes when it is unpacked. */
  const liar = changed(bomb, entry, 1, 24, 100, 4);

  it.each<[string, Uint8Array, RegExp]>([
    ['a count that is too large', changed(zip, end, 0, 10, 3, 2), /has 2 files in its directory, which counts 3/],
    ['a count that is too small', changed(zip, end, 0, 10, 1, 2), /whose 1 files take/],
    ['more files than are read', changed(zip, end, 0, 10, 65_535, 2), /65535 files \(at most 4096\)/],
    ['a directory outside', changed(zip, end, 0, 12, 1 << 30, 4), /lies outside the file/],
    ['a directory beyond', changed(zip, end, 0, 16, 1 << 30, 4), /lies outside the file/],
    ['a large file', bomb, /has 4194304 bytes \(at most 1048576\)/],
    ['a file that is larger than it says', liar, /is larger than the 100 bytes/],
    ['a file that is smaller than it says', changed(zip, entry, 1, 24, 500, 4), /has 13 bytes, its directory says 500/],
    ['another checksum', changed(zip, entry, 1, 16, 1, 4), /does not have the checksum/],
    ['an encrypted file', changed(zip, entry, 1, 8, 1, 2), /is encrypted/],
    ['another method', changed(zip, entry, 1, 10, 14, 2), /packed by the method 14/],
    ['a file that begins elsewhere', changed(zip, entry, 1, 42, 3, 4), /does not begin where/],
    ['a file that begins beyond', changed(zip, entry, 1, 42, 1 << 30, 4), /does not begin where/],
    ['a file that ends beyond', changed(zip, entry, 1, 20, 1 << 30, 4), /ends beyond the file/],
  ])('is refused with %s', (_, bytes, message) => {
    const { code, message: said } = refusal(() => importModel(joined(model(), bytes), 'm'));
    expect([code, said]).toEqual(['file-invalid', expect.stringMatching(message)]);
  });

  it('makes no more bytes of a file than were allowed', () => {
    expect(() => openZip(liar, 'm')?.read('labels.txt', 1000)).toThrow(/larger than the 100 bytes/);
    expect(openZip(zip, 'm')?.names).toEqual(['other.txt', 'labels.txt']);
    expect(openZip(new Uint8Array(100), 'm')).toBeUndefined();
  });
});

const typed = ['file-invalid', 'file-truncated', 'file-version', 'unsupported', 'graph-invalid'];

it('files of which any byte is another give typed errors, or a model', () => {
  const file = joined(model(), archive(three, 0));
  fc.assert(
    fc.property(fc.nat(file.length - 1), fc.nat(255), (at, value) => {
      const bytes = file.slice();
      bytes[at] = value;
      try {
        importModel(bytes, 'm');
      } catch (error) {
        expect(typed).toContain((error as { code?: string }).code);
      }
    }),
    { numRuns: 3000 },
  );
});

it('files that end early give typed errors, or a model', () => {
  const file = joined(model(), archive(three));
  for (let length = 8; length < file.length; length++) {
    try {
      importModel(file.slice(0, length), 'm');
    } catch (error) {
      expect(typed).toContain((error as { code?: string }).code);
    }
  }
});
