import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { type ModelFile, sections } from '../../src/format/model-file.ts';
import { readSections } from '../../src/format/read.ts';
import { statuses } from '../../src/format/status.ts';
import { writeModel } from '../../src/format/write.ts';
import { convGraph } from '../cases/conv2d.ts';
import { softmaxGraph } from '../cases/softmax.ts';
import { debugBuilds, engine } from '../support/engine.ts';
import { sealed } from '../support/hostile-files.ts';
import { attempt } from '../support/hostile-run.ts';

/** Sizes that wrapped in 32 bits, and what else led loader, checker or a kernel outside. */

const dense = (address: number, height: number, width: number, capacity: number) => ({
  ...{ address, constant: 0, capacity, rowBytes: width, height, width, channels: 1, pixelStride: 1, origin: 0 },
  ...{ left: 0, right: 0, zeroPoint: 0, dtype: 0, scale: 0 },
});

/** A convolution over a window of 2,000 columns whose scratch holds its row tables alone, one row of y in memory. */
function wideConvolution(height: number, width: number): ModelFile {
  const windowW = 2000;
  const xWidth = width + windowW - 1;
  const up = (bytes: number): number => Math.ceil(bytes / 16) * 16;
  const x = up(width);
  const scratch = x + up(xWidth);
  const entry = { dtype: 'i8', perImage: true, imageBytes: 1, shape: [1, 1], scale: 1, zeroPoint: 0 } as const;
  const words = {
    ...{ y: 0, x: 1, x2: -1, zeroRow: -1, rowKind: 0, windowH: 1, strideH: 1, dilationH: 1, padTop: 0, rowKind2: 0 },
    ...{ scratch, scratchBytes: 16, windowW, strideW: 1, dilationW: 1, padLeft: 0, groups: 1, segments: 1 },
    ...{ segmentBytes: windowW, segmentStep: 0, depth: windowW, groupOutputs: 1, weightsZero: 0, form: 0 },
    ...{ weights: 0, bias: 8 * windowW, requantize: 8 * windowW + 32, yMin: -128, yMax: 127 },
  };
  const { model } = compile(convGraph({ shape: [1, 1, 1, 1], window: [1, 1] }));
  return {
    ...model,
    operands: [dense(0, height, width, 1), dense(x, height, xWidth, 1), dense(0, 1, 1, 1)],
    stages: [{ opcode: 'gemm', words }],
    schedule: [{ stage: 0, rows: 1 }],
    inputs: [{ ...entry, operand: 2, name: 'x' }],
    outputs: [{ ...entry, operand: 2, name: 'y' }],
    data: new Uint8Array(8 * windowW + 96),
    ramBytes: scratch + 48,
    stateOffset: scratch + 16,
  };
}

describe.each(debugBuilds)('%s', (build) => {
  it('refuses a map of 2^33 + 1 pixels, which is 1 in int32', () => {
    expect(attempt(build, writeModel(wideConvolution(62_571, 137_283)))).toBe('operand');
  });

  it('refuses scratch for a single pixel where a map has more', () => {
    expect(attempt(build, writeModel(wideConvolution(1, 1)))).toBe('ok');
    expect(attempt(build, writeModel(wideConvolution(2, 1)))).toBe('stage');
  });

  it('refuses an operand whose rows have 2^31 bytes together', () => {
    const { model } = compile(softmaxGraph([1, 2, 2, 5]));
    const tall = (width: number): ModelFile => ({
      ...model,
      operands: [...model.operands, { ...dense(0, 2 ** 15, width, 1), rowBytes: width }],
      ramBytes: 2 ** 17,
    });
    expect(attempt(build, writeModel(tall(2 ** 16 - 1)))).toBe('ok');
    expect(attempt(build, writeModel(tall(2 ** 16)))).toBe('operand');
  });

  it('refuses windows that reach a row whose number does not fit', () => {
    const padding = { top: 1, left: 1, bottom: 1, right: 1 };
    const { model } = compile(convGraph({ shape: [1, 6, 5, 4], padding }));
    const last = model.stages.length - 1;
    const strided = (height: number): ModelFile => {
      const y = model.stages[last]?.words.y as number;
      const resized = (from: number): number => (from / (model.operands[y]?.height as number)) * height;
      return {
        ...model,
        operands: model.operands.map((o, i) => (i === y ? { ...o, height, capacity: 1 } : o)),
        stages: model.stages.map((s, i) => (i === last ? { ...s, words: { ...s.words, strideH: 65_535 } } : s)),
        schedule: model.schedule.map((step) => ({ ...step, rows: 1 })),
        outputs: model.outputs.map((output) => ({ ...output, imageBytes: resized(output.imageBytes) })),
      };
    };
    expect(attempt(build, writeModel(strided(16_384)))).toBe('ok');
    expect(attempt(build, writeModel(strided(16_386)))).toBe('stage');
  });

  it('keeps within the table of exponentials where a softmax writes across its input', () => {
    const { model } = compile(softmaxGraph([1, 2, 2, 5]));
    const { x, y } = model.stages[0]?.words ?? {};
    for (let shift = 0; shift < 5; shift++) {
      const address = (model.operands[x as number]?.address as number) + shift;
      const operands = model.operands.map((o, i) => (i === y ? { ...o, address } : o));
      const file = writeModel({ ...model, operands, ramBytes: model.ramBytes + 16 });
      // The least values: what is written over them is greater than the greatest that was found.
      expect(attempt(build, file, { values: Uint8Array.of(128) })).toBe('ok');
    }
  });

  it('refuses labels whose last has no end', () => {
    const { model } = compile(softmaxGraph([1, 1, 1, 2]));
    const file = writeModel({ ...model, labels: ['a', 'b'] });
    expect(attempt(build, file)).toBe('ok');
    const labels = readSections(file).byId.get(sections.labels) as Uint8Array;
    labels[labels.length - 1] = 99;
    expect(attempt(build, sealed(file))).toBe('section');
  });

  it('refuses a file that does not lie in memory, wherever the host says it does', () => {
    const file = compile(softmaxGraph([1, 1, 1, 2])).bytes;
    const instance = engine(build);
    const at = instance.reserve(file.length) >>> 0;
    new Uint8Array(instance.memory.buffer).set(file, at);
    const { byteLength } = instance.memory.buffer;
    for (const address of [byteLength - file.length + 1, byteLength, 2 ** 31, 2 ** 32 - 16]) {
      expect(statuses[instance.load(address, file.length)]).toBe('truncated');
    }
    expect(statuses[instance.load(at, 2 ** 32 - 1)]).toBe('truncated');
    expect(statuses[instance.load(at, file.length)]).toBe('ok');
  });
});
