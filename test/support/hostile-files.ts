import { readFileSync } from 'node:fs';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { crc32 } from '../../src/format/crc32.ts';
import { fieldsOf, opcodes, operandFields } from '../../src/format/instructions.ts';
import { sections } from '../../src/format/model-file.ts';
import { operationsOf } from '../../src/format/operations.ts';
import { readModel, readSections } from '../../src/format/read.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { addGraph } from '../cases/add.ts';
import { argMaxGraph } from '../cases/arg-max.ts';
import { averagePool2dGraph } from '../cases/average-pool2d.ts';
import { catalogue } from '../cases/catalogue.ts';
import { concatGraph } from '../cases/concat.ts';
import { convGraph } from '../cases/conv2d.ts';
import { depthwiseGraph } from '../cases/depthwise-conv2d.ts';
import { dequantizeGraph } from '../cases/dequantize.ts';
import { fullyConnectedGraph } from '../cases/fully-connected.ts';
import { maxPoolGraph } from '../cases/max-pool2d.ts';
import { meanGraph } from '../cases/mean.ts';
import { mulGraph } from '../cases/mul.ts';
import { padGraph } from '../cases/pad.ts';
import { preluGraph } from '../cases/prelu.ts';
import { quantizeRealGraph } from '../cases/quantize-real.ts';
import { copyRealGraph, reshapeGraph } from '../cases/reshape.ts';
import { bilinearGraph } from '../cases/resize-bilinear.ts';
import { selectGraph, shuffled } from '../cases/select-channels.ts';
import { sliceGraph } from '../cases/slice.ts';
import { softmaxGraph } from '../cases/softmax.ts';
import { transposeGraph } from '../cases/transpose.ts';
import { transposeConvGraph } from '../cases/transpose-conv2d.ts';
import { ringSchedule } from './ring-schedule.ts';

/** Files that lie: sound ones with some words changed, and the checksum right. */

const digits = 'test/data/litenet_digits/litenet_digits_int8.tflite';
const around = { top: 1, left: 1, bottom: 1, right: 1 };

const inRings = (graph: Graph): Uint8Array =>
  compile(graph, { ...ringSchedule(graph, graph.inputs), keep: 'all' }).bytes;

/** Sound files with every kernel in them, some in rings. */
export const soundFiles: readonly Uint8Array[] = [
  compile(importModel(readFileSync(digits), digits)).bytes,
  ...[
    convGraph({ shape: [1, 6, 5, 4], groups: 2, padding: around }),
    averagePool2dGraph({ shape: [1, 6, 6, 5], window: [3, 3], rounding: 'up' }),
    averagePool2dGraph({ shape: [1, 6, 6, 9], window: [3, 3], padding: around }),
    convGraph({ shape: [1, 6, 5, 3], weightsZero: 9 }),
    depthwiseGraph({ shape: [1, 6, 5, 3], weightsZero: 9 }),
    depthwiseGraph({ shape: [1, 6, 5, 9], padding: around }),
    depthwiseGraph({ shape: [1, 4, 5, 3], window: [2, 2], depthMultiplier: 3 }),
    fullyConnectedGraph({ shape: [1, 1, 1, 19], outputs: 11 }),
    softmaxGraph([1, 2, 2, 5]),
    addGraph([1, 3, 2, 5]),
    addGraph([1, 3, 2, 5], 'channel'),
    mulGraph([1, 3, 2, 5]),
    mulGraph([1, 3, 2, 5], 'channel'),
    maxPoolGraph({ shape: [1, 6, 6, 5], window: [3, 3], padding: around }),
    meanGraph([1, 4, 3, 11], 'hw'),
    meanGraph([1, 4, 3, 5], 'c'),
    padGraph([1, 3, 2, 5], [1, 0, 2], [0, 2, 1]),
    reshapeGraph([1, 4, 3, 5], [1, 5, 3, 4]),
    sliceGraph([1, 4, 4, 3], [1, 2, 1], [2, 2, 2]),
    selectGraph([1, 2, 2, 9], shuffled(18, 2), { channels: 9 }),
    selectGraph([1, 2, 3, 34], shuffled(34, 2)),
    concatGraph([1, 2, 3, 4, 1, 9]),
    transposeGraph([1, 3, 5, 9], [0, 2, 1]),
    transposeGraph([1, 3, 5, 4], [1, 2, 0]),
    transposeGraph([1, 3, 5, 4], [1, 0, 2]),
    transposeGraph([1, 3, 5, 4], [2, 1, 0]),
    transposeConvGraph({ shape: [1, 3, 4, 5], crop: [1, 0] }),
    transposeConvGraph({ shape: [1, 3, 4, 2], window: [2, 1], stride: [3, 2], outputs: 3 }),
    transposeConvGraph({ shape: [1, 2, 2, 16], outputs: 9, weightsZero: 5 }),
    preluGraph([1, 3, 2, 5]),
    bilinearGraph([1, 3, 3, 5], { to: [7, 5] }),
    bilinearGraph([1, 3, 3, 5], { to: [7, 5], unsigned: true }),
    quantizeRealGraph([1, 3, 2, 5]),
    dequantizeGraph([1, 3, 2, 5]),
    argMaxGraph([1, 3, 2, 5], 'max', 'i8', 'i64'),
    copyRealGraph([1, 4, 3, 3], [1, 3, 3, 4], [1, 0, 1], [2, 2, 2]),
    ...catalogue.flatMap(({ hostile }) => hostile),
  ].map((graph) => compile(graph, { keep: 'all' }).bytes),
  inRings(convGraph({ shape: [1, 12, 5, 3], padding: around })),
  inRings(depthwiseGraph({ shape: [1, 12, 5, 9], stride: [2, 2], padding: around })),
  inRings(maxPoolGraph({ shape: [1, 12, 6, 5], window: [3, 3], padding: around })),
  inRings(reshapeGraph([1, 12, 3, 4], [1, 6, 2, 12])),
];

/** The file with its checksum put right. */
export function sealed(file: Uint8Array): Uint8Array {
  new DataView(file.buffer, file.byteOffset).setUint32(12, crc32(file.subarray(16)), true);
  return file;
}

/** With the count of operations that the records have now, so that no file is refused for an old one. */
export function counted(file: Uint8Array): Uint8Array {
  let count: number;
  try {
    count = operationsOf(readModel(sealed(file)));
  } catch {
    return file; // the engine refuses it for what the reader refuses
  }
  new DataView(file.buffer).setBigUint64(48, BigInt(count), true);
  return sealed(file);
}

type OperandField = (typeof operandFields)[number];

/** Words that break arithmetic: ends of types, the checker's limits, and powers of two. */
const breaking = [-1, 0, 1, 2, 3, 8, 16, 255, 65535, 65536, 1 << 20, 0x3fffffff, 0x7fffffff, -0x80000000, 0x7fff0000];
const deltas = [1, 1, 1, 2, 2, 3, 4, 4, 5, 7, 8, 8, 12, 16, 16, 24, 32, 48, 64, 256, 1024];
const sizes: readonly OperandField[] = [
  'height',
  'width',
  'channels',
  'pixelStride',
  'left',
  'right',
  'capacity',
  'origin',
];
/** Fields of records that are offsets in the data section. */
const offsets = /^(weights|bias|requantize|slopes|exponentials|channelTable|table.*|.*Positions)$/;
/** A file whose arena is larger is not asked for: what a host lets it have is not the question. */
const mostRam = 1 << 26;

const wordsOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A file with one to four of its words changed by `random`, which gives whole numbers below what it is given. */
export function hostileFile(random: (below: number) => number): Uint8Array {
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const file = pick(soundFiles).slice();
  const { header, byId } = readSections(file);
  const view = (id: number): DataView => wordsOf(byId.get(id) as Uint8Array);
  const dataBytes = byId.get(sections.data)?.length ?? 0;
  const [operands, stages] = [view(sections.operands), view(sections.stages)];
  const words = [operands, stages, stages, view(sections.schedule), view(sections.interface)];
  const word = (of: DataView): number => random(of.byteLength / 4) * 4;
  const near = (value: number): number => value + (random(2) ? 1 : -1) * pick(deltas);

  /** A word somewhere: breaking, near to what it was, another word of the file, or near the end of a memory. */
  function anyWord(): void {
    const of = pick(words);
    if (of.byteLength === 0) return;
    const at = word(of);
    const was = of.getInt32(at, true);
    const kind = random(6);
    const end = random(2) ? header.ramBytes : dataBytes;
    const other = pick(words);
    if (kind === 0) of.setInt32(at, pick(breaking), true);
    else if (kind === 1) of.setInt32(at, near(was), true);
    else if (kind === 2) of.setInt32(at, pick([was * 2, was >> 1, -was]), true);
    else if (kind === 3 && other.byteLength > 0) of.setInt32(at, other.getInt32(word(other), true), true);
    else if (kind === 4) of.setInt32(at, end - pick(deltas), true);
    else of.setInt32(at, random(300), true);
  }

  const field = (name: OperandField): number => operandFields.indexOf(name) * 4;

  const operandField = (index: number, name: OperandField): number => operands.getInt32(index * 64 + field(name), true);

  /** Another size of an operand, in all of whose words it agrees with itself. */
  function resized(index: number, name: OperandField, value: number): void {
    const get = (of: OperandField): number => operandField(index, of);
    const set = (of: OperandField, to: number): void => operands.setInt32(index * 64 + field(of), to, true);
    set(name, Math.max(value, name === 'left' || name === 'right' ? 0 : 1));
    if (name === 'channels') set('pixelStride', get('channels'));
    if (name === 'height') set('capacity', Math.min(get('capacity'), get('height')));
    set('rowBytes', (get('left') + get('width') + get('right')) * get('pixelStride'));
    if (name !== 'origin') set('origin', get('left') * get('pixelStride'));
    // At the end of its memory there is nothing to read beyond.
    const room = get('constant') ? dataBytes : header.ramBytes - 16;
    if (random(2)) set('address', room - get('capacity') * get('rowBytes'));
  }

  function operandSize(): void {
    const index = random(operands.byteLength / 64);
    const name = pick(sizes);
    const kind = random(8);
    resized(index, name, kind === 0 ? pick(breaking) : kind < 3 ? random(70000) : near(operandField(index, name)));
  }

  /** An operand that lies at the end of its memory, or across another. */
  function operandPlace(): void {
    const base = random(operands.byteLength / 64) * 64;
    const other = random(operands.byteLength / 64) * 64;
    const near = operands.getInt32(other + field('address'), true) + random(9) - 4;
    const bytes = operands.getInt32(base + field('capacity'), true) * operands.getInt32(base + field('rowBytes'), true);
    operands.setInt32(base + field('address'), random(2) ? header.ramBytes - 16 - bytes : near, true);
  }

  /** An arena that is smaller or larger than the plan wants. */
  function arena(): void {
    const bytes = random(2) ? near(header.ramBytes) : header.ramBytes + random(256) * 16;
    if (bytes >= 0 && bytes <= mostRam) wordsOf(file).setUint32(20, bytes, true);
  }

  /** What tables in the data section say. */
  function data(): void {
    const of = view(sections.data);
    if (of.byteLength >= 4) of.setInt32(word(of), random(2) ? pick(breaking) : random(300), true);
  }

  /** A record with its fields by name. */
  function anyStage(): { names: readonly string[]; at: (name: string) => number } | undefined {
    if (stages.byteLength === 0) return undefined;
    const base = random(stages.byteLength / 128) * 128;
    const opcode = opcodes[stages.getInt32(base, true)];
    if (!opcode) return undefined;
    const names = fieldsOf(opcode);
    return { names, at: (name) => base + names.indexOf(name) * 4 };
  }

  /** A field of a record near to what it was. */
  function stageField(): void {
    const stage = anyStage();
    if (!stage) return;
    const at = stage.at(pick(stage.names));
    stages.setInt32(at, near(stages.getInt32(at, true)), true);
  }

  /** Values that a record says begin where the data section ends, or soon before. */
  function dataEnd(): void {
    const stage = anyStage();
    const names = stage?.names.filter((name) => offsets.test(name)) ?? [];
    if (stage && names.length > 0) stages.setInt32(stage.at(pick(names)), dataBytes - 4 * random(32), true);
  }

  /** Less scratch than a stage wants. */
  function scratch(): void {
    const stage = anyStage();
    if (!stage) return;
    const at = stage.at('scratchBytes');
    stages.setInt32(at, stages.getInt32(at, true) - pick([1, 4, 8, 16, 32, 48, 64]), true);
  }

  /** A row of zero points that is a little shorter than the rows it stands for. */
  function zeroRow(): void {
    const rows = Array.from({ length: stages.byteLength / 128 }, (_, i) => stages.getInt32(i * 128 + 16, true));
    const known = rows.filter((row) => row >= 0 && row < operands.byteLength / 64);
    if (known.length === 0) return;
    const index = pick(known);
    resized(index, 'width', operandField(index, 'width') - 1 - random(3));
  }

  const records = [anyWord, stageField, stageField, operandSize, operandSize, operandPlace];
  const ways: (() => void)[] = [...records, arena, data, dataEnd, scratch, zeroRow];
  for (let left = random(3) ? 1 : 2 + random(3); left > 0; left--) pick(ways)();
  return counted(file);
}
