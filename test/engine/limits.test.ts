import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { elementBytes, readSlack } from '../../src/format/instructions.ts';
import type { ModelFile, Operand, StageRecord } from '../../src/format/model-file.ts';
import { writeModel } from '../../src/format/write.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { relu } from '../../src/ops/relu.ts';
import { tanh } from '../../src/ops/tanh.ts';
import { catalogue } from '../cases/catalogue.ts';
import { dequantizeGraph } from '../cases/dequantize.ts';
import { loaded, runOnce, tiers } from '../support/engine.ts';
import { functionGraph } from '../support/function-cases.ts';
import { inputsOf } from '../support/values.ts';

/** Records that are exactly right are accepted and compute the same; records that are one byte short are refused. */

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

  const needs = catalogue.flatMap(({ op, needs }) =>
    Object.entries(needs?.graphs ?? {}).map(([what, graph]) => ({ name: `${op.type}, ${what}`, graph, ...needs })),
  );
  describe.each(needs)('$name', ({ graph, data, scratch }) => {
    const { model } = compile(graph);
    const { stage, record, x, y } = kernelOf(model);
    const own = { words: record.words, x, y };

    const parts = Object.entries(data?.(own) ?? {});
    it.each(parts.map(([word, bytes]) => ({ word, bytes })))(
      'may have $word at the very end of the data, and no byte less',
      ({ word, bytes }) => {
        expect(outputs(atTheEnd(model, stage, word, bytes), graph)).toEqual(outputs(model, graph));
        isRefused(atTheEnd(model, stage, word, bytes - 1));
      },
    );

    it('needs all of its scratch', () => {
      const scratchBytes = tableBytes(record, x, y) + (scratch?.(own) ?? 0);
      expect(outputs(withWords(model, stage, { scratchBytes }), graph)).toEqual(outputs(model, graph));
      isRefused(withWords(model, stage, { scratchBytes: scratchBytes - 1 }));
    });
  });

  const zeroRows = catalogue.flatMap(({ op, zeroRow }) => (zeroRow ? [{ type: op.type, graph: zeroRow }] : []));
  it.each(zeroRows)('a row of zero points is as long as the rows of x, for $type', ({ graph }) => {
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

  const padded = catalogue.flatMap(({ op, padded = {} }) =>
    Object.entries(padded).map(([what, graph]) => ({ name: `${op.type}, ${what}`, graph })),
  );
  it.each(padded)('windows stay within the padding columns, for $name', ({ graph }) => {
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
