import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { elementBytes, readSlack, requantizeForms } from '../../src/format/instructions.ts';
import type { ModelFile, Operand, StageRecord } from '../../src/format/model-file.ts';
import { writeModel } from '../../src/format/write.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { relu } from '../../src/ops/relu.ts';
import { tanh } from '../../src/ops/tanh.ts';
import { loaded, runOnce, tiers } from '../support/engine.ts';
import {
  addGraph,
  bilinearGraph,
  convGraph,
  depthwiseGraph,
  dequantizeGraph,
  functionGraph,
  inputsOf,
  padGraph,
  preluGraph,
  selectGraph,
  sliceGraph,
  softmaxGraph,
  transposeConvGraph,
} from '../support/problems.ts';

/** Records that are exactly right are accepted and compute the same; records that are one byte short are refused. */

const padding = { top: 1, left: 1, bottom: 1, right: 1 };

const graphs: [name: string, graph: Graph][] = [
  ['gemm', convGraph({ shape: [1, 5, 7, 3], padding, outputs: 11 })],
  ['gemm of one pixel', convGraph({ shape: [1, 3, 3, 5], outputs: 9 })],
  ['gemm of groups', convGraph({ shape: [1, 5, 4, 6], groups: 2, outputs: 18 })],
  ['gemm in the integer form', convGraph({ shape: [1, 4, 4, 3], outputs: 9, scales: Array(9).fill(4) })],
  ['gemm with a clamp at the zero point', convGraph({ shape: [1, 4, 4, 3], outputs: 9, activation: 'relu' })],
  ['depthwise', depthwiseGraph({ shape: [1, 5, 7, 11], padding })],
  ['depthwise with a multiplier', depthwiseGraph({ shape: [1, 5, 4, 3], depthMultiplier: 3 })],
  ['transposeConv of 16 channels', transposeConvGraph({ shape: [1, 3, 4, 16], outputs: 9 })],
  ['transposeConv of 15 channels', transposeConvGraph({ shape: [1, 3, 4, 15], window: [2, 1], stride: [3, 2] })],
  ['add', addGraph([1, 3, 4, 5])],
  ['table', functionGraph([1, 3, 4, 5], tanh)],
  ['softmax', softmaxGraph([1, 2, 3, 7])],
  ['prelu', preluGraph([1, 3, 4, 9])],
  ['select', selectGraph([1, 3, 4, 9], [8, 0, 3, 3, 1])],
  ['resize', bilinearGraph([1, 3, 4, 5], { to: [7, 9] })],
  ['dequantize', dequantizeGraph([1, 3, 4, 5])],
];

const blocksOf = (outputs: number): number => Math.ceil(outputs / 8);

/** Bytes of a block of eight requantisation parameters: two int32, or three or two doubles a lane. */
const blockBytes = (form: number | undefined): number =>
  8 * (form === requantizeForms.integer ? 2 * 4 : form === requantizeForms.real ? 3 * 8 : 2 * 8);

/** The bytes that each word of a record stands for in the data section, by docs/format.md. */
function dataOf({ opcode, words }: StageRecord, x: Operand, y: Operand): Record<string, number> {
  const w = (name: string): number => words[name] ?? 0;
  switch (opcode) {
    case 'gemm': {
      const blocks = w('groups') * blocksOf(w('groupOutputs'));
      return { weights: blocks * 8 * w('depth'), bias: blocks * 32, requantize: blocks * blockBytes(words.form) };
    }
    case 'depthwise': {
      const blocks = blocksOf(y.channels);
      const weights = blocks * 8 * w('windowH') * w('windowW');
      return { weights, bias: blocks * 32, requantize: blocks * blockBytes(words.form) };
    }
    case 'transposeConv': {
      const blocks = blocksOf(y.channels);
      const phases = Math.min(w('tapsH'), w('stepH')) * Math.min(w('tapsW'), w('stepW'));
      const weights = w('tapsH') * w('tapsW') * 2 * Math.ceil(x.channels / 2) * blocks * 8;
      return { weights, bias: (1 + phases) * blocks * 32, requantize: blocks * blockBytes(words.form) };
    }
    case 'add':
      return { tableX: 1024, tableX2: 1024 };
    case 'table':
      return { table: 256 };
    case 'softmax':
      return { exponentials: 1024 };
    case 'prelu':
      return { slopes: 16 * blocksOf(x.channels) };
    case 'select':
      return { channelTable: 4 * y.channels };
    case 'resize':
      return { rowPositions: 4 * y.height, columnPositions: 4 * y.width };
    case 'dequantize':
      return { table: 1024 };
    default:
      return {};
  }
}

/** Bytes of scratch that a kernel wants beside the row tables, by docs/kernels.md. */
function ownScratch({ opcode, words }: StageRecord, x: Operand, y: Operand): number {
  const w = (name: string): number => words[name] ?? 0;
  if (opcode === 'gemm') return y.height * y.width === 1 ? 0 : (w('depth') + 8) * 8 + 48;
  if (opcode === 'depthwise') return w('windowH') * w('windowW') * 16 + 64;
  if (opcode === 'transposeConv') return 16 * (Math.floor(x.channels / 16) + 1);
  return opcode === 'select' ? 32 : 0;
}

/** The row tables of a step of all rows of y: four bytes a row of x, x2 and y, rounded up to 16. */
function tableBytes({ words }: StageRecord, x: Operand, y: Operand): number {
  const w = (name: string): number => words[name] ?? 0;
  const isWindow = w('rowKind') === 0;
  const rows = isWindow ? (y.height - 1) * w('strideH') + (w('windowH') - 1) * w('dilationH') + 1 : x.height;
  return 16 * Math.ceil(((rows + (w('x2') >= 0 ? y.height : 0) + y.height) * 4) / 16);
}

const operandAt = (model: ModelFile, index: number | undefined): Operand => {
  const operand = model.operands[index ?? -1];
  if (!operand) throw new Error(`operand ${index} is missing`);
  return operand;
};

const withWords = (model: ModelFile, stage: number, words: Record<string, number>): ModelFile => ({
  ...model,
  stages: model.stages.map((one, i) => (i === stage ? { ...one, words: { ...one.words, ...words } } : one)),
});

/** The last stage that a graph's node became, with its operands. */
function kernelOf(model: ModelFile) {
  const stage = model.stages.map(({ opcode }) => opcode !== 'fill').lastIndexOf(true);
  const record = model.stages[stage] as StageRecord;
  return { stage, record, x: operandAt(model, record.words.x), y: operandAt(model, record.words.y) };
}

/** What lies at `from` moved to the end of the data section, of which `bytes` are kept. */
function atTheEnd(model: ModelFile, stage: number, word: string, bytes: number): ModelFile {
  const from = model.stages[stage]?.words[word] as number;
  const at = 16 * Math.ceil(model.data.length / 16);
  const data = new Uint8Array(at + bytes);
  data.set(model.data);
  data.set(model.data.subarray(from, from + bytes), at);
  return { ...withWords(model, stage, { [word]: at }), data };
}

describe.each(tiers)('%s', (tier) => {
  const outputs = (model: ModelFile, graph: Graph) => runOnce(loaded(tier, writeModel(model)), inputsOf(graph));
  const isRefused = (model: ModelFile) => expect(() => loaded(tier, writeModel(model))).toThrow(/^(simd|scalar): /);

  describe.each(graphs)('%s', (_, graph) => {
    const { model } = compile(graph);
    const { stage, record, x, y } = kernelOf(model);

    const parts = Object.entries(dataOf(record, x, y));
    it.each(parts.map(([word, bytes]) => ({ word, bytes })))(
      'may have $word at the very end of the data, and no byte less',
      ({ word, bytes }) => {
        expect(outputs(atTheEnd(model, stage, word, bytes), graph)).toEqual(outputs(model, graph));
        isRefused(atTheEnd(model, stage, word, bytes - 1));
      },
    );

    it('needs all of its scratch', () => {
      const scratchBytes = tableBytes(record, x, y) + ownScratch(record, x, y);
      expect(outputs(withWords(model, stage, { scratchBytes }), graph)).toEqual(outputs(model, graph));
      isRefused(withWords(model, stage, { scratchBytes: scratchBytes - 1 }));
    });
  });

  it.each([
    ['gemm', convGraph({ shape: [1, 5, 7, 1], padding })],
    ['depthwise', depthwiseGraph({ shape: [1, 5, 7, 1], padding })],
  ])('a row of zero points is as long as the rows of x, for %s', (_, graph) => {
    const { model } = compile(graph);
    const { record, x } = kernelOf(model);
    const zeroRow = record.words.zeroRow as number;
    const { rowBytes } = x;
    // A row of single bytes: its length can be any.
    const long = (bytes: number): ModelFile => ({
      ...model,
      operands: model.operands.map((one, i) =>
        i === zeroRow
          ? { ...one, left: 0, right: 0, origin: 0, channels: 1, pixelStride: 1, width: bytes, rowBytes: bytes }
          : one,
      ),
    });
    expect(outputs(long(rowBytes), graph)).toEqual(outputs(model, graph));
    for (const short of [1, 2, 7, 8]) isRefused(long(rowBytes - short));
  });

  it('channels of a pixel lie within its stride', () => {
    const build = new GraphBuilder('two');
    const x = build.input('x', [1, 2, 3, 5], quantizedBy(0.05, 3));
    const between = build.add(tanh, {}, [x], { quantization: quantizedBy(1 / 128, 0) });
    const quantization = quantizedBy(1 / 128, -128);
    build.output(build.add(relu, { activation: 'relu' }, [between], { quantization }));
    const graph = build.build();
    const { model, plan } = compile(graph, { keep: 'all' });
    const middle = plan.operandOf[between] as number;
    const [address, pixelStride] = [16 * Math.ceil(model.ramBytes / 16), 9];
    const at = (origin: number): ModelFile => ({
      ...model,
      ramBytes: address + 2 * 3 * pixelStride + 16,
      operands: model.operands.map((one, i) =>
        i === middle ? { ...one, address, pixelStride, rowBytes: 3 * pixelStride, origin } : one,
      ),
    });
    for (const origin of [0, 1, 4]) expect(outputs(at(origin), graph)).toEqual(outputs(model, graph));
    for (const origin of [-1, 5, 6, 9]) isRefused(at(origin));
  });

  it('an operand of wide elements has its channels within the stride, too', () => {
    const graph = dequantizeGraph([1, 2, 3, 5]);
    const { model } = compile(graph);
    const { y } = kernelOf(model);
    const moved = (origin: number): ModelFile => ({
      ...model,
      operands: model.operands.map((one) => (one === y ? { ...one, origin } : one)),
    });
    expect(y.pixelStride).toBe(5 * elementBytes.f32);
    expect(outputs(moved(0), graph)).toEqual(outputs(model, graph));
    for (const origin of [1, 4]) isRefused(moved(origin));
  });

  it.each([
    ['gemm', convGraph({ shape: [1, 5, 7, 3], padding })],
    ['gemm with strides', convGraph({ shape: [1, 5, 8, 3], padding: { ...padding, left: 0 }, stride: [2, 2] })],
    ['depthwise', depthwiseGraph({ shape: [1, 5, 7, 9], padding })],
  ])('windows stay within the padding columns, for %s', (_, graph) => {
    const { model } = compile(graph);
    const { x, stage, record } = kernelOf(model);
    const narrower = (columns: number): ModelFile => ({
      ...model,
      operands: model.operands.map((one) =>
        one === x ? { ...one, right: x.right - columns, rowBytes: x.rowBytes - columns * x.pixelStride } : one,
      ),
    });
    expect(x.right).toBe(1);
    expect(outputs(narrower(0), graph)).toEqual(outputs(model, graph));
    isRefused(narrower(1));
    isRefused(withWords(model, stage, { padLeft: (record.words.padLeft as number) + 1 }));
  });

  it.each([
    ['slice', sliceGraph([1, 3, 5, 9], [1, 2, 5], [2, 3, 4]), { firstColumn: 3 }],
    ['slice', sliceGraph([1, 3, 5, 9], [1, 2, 5], [2, 3, 4]), { firstChannel: 6 }],
    ['slice', sliceGraph([1, 3, 5, 9], [1, 2, 5], [2, 3, 4]), { padTop: -2 }],
    ['pad', padGraph([1, 3, 4, 5], [1, 2, 3], [1, 0, 0]), { padLeft: 3 }],
    ['pad', padGraph([1, 3, 4, 5], [1, 2, 3], [1, 0, 0]), { padChannel: 4 }],
  ])('%s takes no place beyond its operand', (_, graph, words) => {
    const { model } = compile(graph);
    const { stage, record } = kernelOf(model);
    for (const [word, beyond] of Object.entries(words)) {
      expect(Math.abs((record.words[word] as number) - beyond)).toBe(1);
    }
    expect(() => outputs(model, graph)).not.toThrow();
    isRefused(withWords(model, stage, words));
  });

  it.each([
    ['a channel of select', selectGraph([1, 3, 4, 9], [8, 0, 3, 3, 1]), 'channelTable', 0, 8],
    ['a row of resize', bilinearGraph([1, 3, 4, 5], { to: [7, 9] }), 'rowPositions', 6, 2 * 1024],
    ['a column of resize', bilinearGraph([1, 3, 4, 5], { to: [7, 9] }), 'columnPositions', 8, 3 * 1024],
  ] as const)('%s is one that there is', (_, graph, word, entry, last) => {
    const { model } = compile(graph);
    const { record } = kernelOf(model);
    const given = (value: number): ModelFile => {
      const data = model.data.slice();
      new DataView(data.buffer).setInt32((record.words[word] as number) + 4 * entry, value, true);
      return { ...model, data };
    };
    expect(() => outputs(given(last), graph)).not.toThrow();
    isRefused(given(last + 1));
    isRefused(given(-1));
  });

  it('rows end before the slack at the end of the arena', () => {
    const graph = functionGraph([1, 3, 4, 5], tanh);
    const { model } = compile(graph);
    const { y } = kernelOf(model);
    const address = model.ramBytes;
    const within = (ramBytes: number): ModelFile => ({
      ...model,
      ramBytes,
      operands: model.operands.map((one) => (one === y ? { ...one, address } : one)),
    });
    const end = address + 3 * y.rowBytes + readSlack;
    expect(outputs(within(end), graph)).toEqual(outputs(model, graph));
    isRefused(within(end - 1));
  });
});
