import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Conv2dAttributes } from '../../src/graph/attributes.ts';
import { scratchBytesOf } from '../../src/graph/op.ts';
import { elements, windowCount } from '../../src/graph/tensor.ts';
import { gemm } from '../../src/kernels/gemm.ts';
import { biasOf, dataSection, linear, tensor, viewOf, weightsOf, window } from './views.ts';

const conv = (more: Partial<Conv2dAttributes> = {}): Conv2dAttributes => ({
  ...linear,
  ...window(),
  groups: 1,
  ...more,
});
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

/** The int8 weights of one output, in order of depth positions. */
const filterOf = (packed: number[], depth: number, output: number): number[] =>
  Array.from({ length: depth }, (_, k) => {
    const block = (output >> 3) * 8 * depth;
    return packed[block + (k >> 1) * 16 + (output & 7) * 2 + (k & 1)] as number;
  });

describe('packed weights', () => {
  it('lie as pairs of depth positions, eight outputs side by side', () => {
    const data = dataSection();
    const weights = weightsOf([2, 1, 1, 4], [1, 2, 3, 4, 5, 6, 7, 8]);
    const words = gemm.pack(viewOf(conv(), [tensor('x', [1, 2, 2, 4]), weights], tensor('y', [1, 2, 2, 2])), data);
    const none = new Array<number>(12).fill(0);
    expect(data.at(words.weights)).toEqual([1, 2, 5, 6, ...none, 3, 4, 7, 8, ...none]);
    expect(words).toMatchObject({ segments: 1, segmentBytes: 4, depth: 4, groups: 1, groupOutputs: 2 });
  });

  it('gather a window row in one run, rounded up to even with a zero', () => {
    const data = dataSection();
    const view = viewOf(
      conv(),
      [tensor('x', [1, 2, 3, 1]), weightsOf([1, 2, 3, 1], upTo(6))],
      tensor('y', [1, 1, 1, 1]),
    );
    const words = gemm.pack(view, data);
    expect(words).toMatchObject({ windowW: 3, segments: 1, segmentBytes: 3, depth: 8 });
    expect(filterOf(data.at(words.weights), 8, 0)).toEqual([1, 2, 3, 0, 4, 5, 6, 0]);
  });

  it('gather a dilated window row tap by tap', () => {
    const data = dataSection();
    const view = viewOf(
      conv(window(1, 2)),
      [tensor('x', [1, 1, 3, 3]), weightsOf([1, 1, 2, 3], upTo(6))],
      tensor('y', [1, 1, 1, 1]),
    );
    const words = gemm.pack(view, data);
    expect(words).toMatchObject({ dilationW: 2, segments: 2, segmentBytes: 3, segmentStep: 6, depth: 8 });
    expect(filterOf(data.at(words.weights), 8, 0)).toEqual([1, 2, 3, 0, 4, 5, 6, 0]);
  });

  it('begin a new block with every group', () => {
    const data = dataSection();
    const view = viewOf(
      conv({ groups: 2 }),
      [tensor('x', [1, 1, 2, 4]), weightsOf([2, 1, 2, 2], upTo(8)), biasOf(100, 200)],
      tensor('y', [1, 1, 1, 2]),
    );
    const words = gemm.pack(view, data);
    expect(words).toMatchObject({ groups: 2, groupOutputs: 1, segments: 2, segmentBytes: 2, segmentStep: 4, depth: 4 });
    expect(filterOf(data.at(words.weights), 4, 0)).toEqual([1, 2, 3, 4]);
    expect(filterOf(data.at(words.weights), 4, 8)).toEqual([5, 6, 7, 8]);
    const none = new Array<number>(7).fill(0);
    expect(data.at(words.bias)).toEqual([100, ...none, 200, ...none]);
    expect(data.at(words.requantize)).toHaveLength(2 * 2 * 8);
  });
});

describe('fully connected', () => {
  const fully = (x: readonly number[], inputs: number, y: readonly number[]) =>
    viewOf(linear, [tensor('x', x), weightsOf([3, inputs], upTo(3 * inputs))], tensor('y', y));

  it('is a 1×1 convolution where the channels are its inputs', () => {
    const words = gemm.pack(fully([1, 2, 2, 5], 5, [1, 2, 2, 3]), dataSection());
    expect(words).toMatchObject({ windowW: 1, strideW: 1, padLeft: 0, segments: 1, segmentBytes: 5, depth: 6 });
  });

  it('is one window as large as the map otherwise', () => {
    const data = dataSection();
    const words = gemm.pack(fully([1, 2, 3, 1], 6, [1, 1, 1, 3]), data);
    expect(words).toMatchObject({ windowW: 3, segments: 1, segmentBytes: 3, depth: 8 });
    expect(filterOf(data.at(words.weights), 8, 1)).toEqual([7, 8, 9, 0, 10, 11, 12, 0]);
  });
});

describe('outputs', () => {
  const view = (y: Parameters<typeof tensor>[2], more: Partial<Conv2dAttributes> = {}) =>
    viewOf(
      conv(more),
      [tensor('x', [1, 2, 1, 1], { scale: 0.5, zeroPoint: -3 }), weightsOf([1, 1, 1, 1], [7], 0.25), biasOf(10)],
      tensor('y', [1, 2, 1, 1], y),
    );

  it('take the zero point of x into the bias', () => {
    const data = dataSection();
    expect(data.at(gemm.pack(view({}), data).bias)[0]).toBe(31);
  });

  it('are requantised in the form that their shifts and clamp allow', () => {
    const form = (...given: Parameters<typeof view>) => gemm.pack(view(...given), dataSection()).form;
    expect(form({ scale: 1, zeroPoint: 5 })).toBe(1);
    expect(form({ scale: 1, zeroPoint: 5 }, { activation: 'relu' })).toBe(2);
    expect(form({ scale: 1, zeroPoint: -128 })).toBe(2);
    expect(form({ scale: 0.01, zeroPoint: 5 }, { activation: 'relu' })).toBe(0);
  });

  it('clamp to the activation', () => {
    const words = gemm.pack(view({ scale: 0.1, zeroPoint: -5 }, { activation: 'relu6' }), dataSection());
    expect(words).toMatchObject({ yMin: -5, yMax: 55 });
  });
});

it('needs a tile of four int16 windows and 112 bytes, or nothing for a single pixel', () => {
  const of = (y: readonly number[]) =>
    scratchBytesOf(gemm, viewOf(conv(), [tensor('x', [1, 9, 9, 3]), weightsOf([8, 3, 3, 3], [])], tensor('y', y)), 1);
  expect(of([1, 7, 7, 8])).toBe((3 * 10 + 8) * 8 + 48);
  expect(of([1, 7, 1, 8])).toBe((3 * 10 + 8) * 8 + 48);
  expect(of([1, 1, 1, 8])).toBe(0);
});

describe('refuses', () => {
  const x = tensor('x', [1, 1, 1, 1]);
  const y = tensor('y', [1, 1, 1, 1]);
  const weights = weightsOf([1, 1, 1, 1], [1]);
  const reason = (...inputs: Parameters<typeof viewOf>[1]) => gemm.refuses(viewOf(conv(), inputs, y));

  it('nothing that is int8 with constant weights, with or without a bias', () => {
    expect(reason(x, weights)).toBeUndefined();
    expect(reason(x, weights, undefined)).toBeUndefined();
    expect(reason(x, weights, biasOf(1))).toBeUndefined();
  });

  it('other types, computed weights, several zero points of them, and says what would do', () => {
    expect(reason(tensor('x', [1, 1, 1, 1], { dtype: 'u8' }), weights)).toBe('x "x" is u8 (i8)');
    expect(reason(x, tensor('w', [1, 1, 1, 1]))).toBe('weights "w" must be constant; they are computed');
    expect(reason(x, tensor('w', [1, 1, 1, 1], { zeroPoint: 3, data: Int8Array.of(1) }))).toBeUndefined();
    const two = { scale: [1, 1], zeroPoint: [0, 3], axis: 0 };
    const pair = { ...tensor('w', [2, 1, 1, 1], { data: Int8Array.of(1, 1) }), quantization: two };
    expect(reason(x, pair)).toBe('weights "w" have zero points 0 and 3; expected one for all');
    expect(reason(x, weightsOf([1, 1, 1, 1], [1], [1, 1]))).toBe('weights "weights" must have 1 scale; they have 2');
    expect(reason(x, weights, biasOf(1, 2))).toBe('bias "bias" has 2 values; expected 1');
    const { quantization: _, ...bare } = x;
    expect(reason(bare, weights)).toBe('x "x" must have 1 scale; it has none');
  });

  it('scale ratios that no shift holds', () => {
    const view = viewOf(conv(), [x, weights], tensor('y', [1, 1, 1, 1], { scale: 2 ** -40 }));
    expect(gemm.refuses(view)).toMatch('scale ratio of channel 0');
  });
});

/**
 * Accumulators as the record's words and the packed weights say: rows of x with zero points beside and around them are
 * gathered run by run, then multiplied pair by pair.
 */
function gathered(
  x: (row: number, byte: number) => number,
  [oh, ow]: readonly [number, number],
  { attributes, windowH }: { readonly attributes: Conv2dAttributes; readonly windowH: number },
  words: Readonly<Record<string, number>>,
  data: ReturnType<typeof dataSection>,
  channels: number,
): number[] {
  const [groups, groupOutputs, segments, segmentBytes, segmentStep, depth, strideW, padLeft] = (
    ['groups', 'groupOutputs', 'segments', 'segmentBytes', 'segmentStep', 'depth', 'strideW', 'padLeft'] as const
  ).map((field) => words[field] as number) as [number, number, number, number, number, number, number, number];
  const places = Math.ceil(groupOutputs / 8) * 8;
  const weights = data.at(words.weights);
  const bias = data.at(words.bias);
  const accs: number[] = [];
  for (let oy = 0; oy < oh; oy++) {
    for (let ox = 0; ox < ow; ox++) {
      for (let g = 0; g < groups; g++) {
        const windowBytes: number[] = [];
        let sum = 0;
        for (let i = 0; i < windowH; i++) {
          const row = oy * attributes.stride[0] + i * attributes.dilation[0] - attributes.padding.top;
          for (let run = 0; run < segments; run++) {
            const start = (ox * strideW - padLeft) * channels + g * segmentBytes + run * segmentStep;
            for (let t = 0; t < segmentBytes; t++) windowBytes.push(x(row, start + t));
            if (segmentBytes % 2 === 1) windowBytes.push(99); // whatever lies there
            for (let t = 0; t < segmentBytes; t++) sum += x(row, start + t);
          }
        }
        expect(windowBytes).toHaveLength(depth);
        for (let o = 0; o < groupOutputs; o++) {
          const filter = filterOf(weights.slice(g * places * depth), depth, o);
          const start = (bias[g * places + o] as number) - (words.weightsZero as number) * sum;
          accs.push(filter.reduce((acc, w, k) => acc + w * (windowBytes[k] as number), start));
        }
      }
    }
  }
  return accs;
}

it('gives the accumulators of the convolution for any window, dilation, padding, grouping and zero point', () => {
  const small = (max: number) => fc.integer({ min: 1, max });
  const problem = fc.record({
    size: fc.tuple(small(6), small(6)),
    taps: fc.tuple(small(3), small(3)),
    stride: fc.tuple(small(2), small(2)),
    dilation: fc.tuple(small(2), small(2)),
    pads: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
    groups: small(3),
    groupInputs: small(5),
    groupOutputs: small(10),
    zeroPoint: fc.integer({ min: -128, max: 127 }),
    weightsZero: fc.oneof(fc.constantFrom(-128, 0, 127), fc.integer({ min: -128, max: 127 })),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(
      problem,
      ({ size: [h, w], taps: [kh, kw], pads, groups, groupInputs, groupOutputs, zeroPoint, weightsZero, ...p }) => {
        const [top, left, bottom, right] = pads;
        const attributes = conv({ ...p, padding: { top, left, bottom, right }, groups });
        const oh = windowCount(h, kh, p.stride[0], p.dilation[0], top, bottom);
        const ow = windowCount(w, kw, p.stride[1], p.dilation[1], left, right);
        fc.pre(oh > 0 && ow > 0);
        let state = p.seed;
        const random = () => {
          state = (Math.imul(state, 1664525) + 1013904223) | 0;
          return state >> 24;
        };
        const c = groups * groupInputs;
        const outputs = groups * groupOutputs;
        const x = Int8Array.from({ length: h * w * c }, random);
        const shape = [outputs, kh, kw, groupInputs];
        const values = Int8Array.from({ length: elements(shape) }, random);
        const weights = tensor('w', shape, { zeroPoint: weightsZero, data: values });
        const bias = biasOf(...Array.from({ length: outputs }, random));
        const data = dataSection();
        const view = viewOf(
          attributes,
          [tensor('x', [1, h, w, c], { zeroPoint }), weights, bias],
          tensor('y', [1, oh, ow, outputs]),
        );
        const words = gemm.pack(view, data);
        const at = (row: number, byte: number) =>
          row < 0 || row >= h || byte < 0 || byte >= w * c ? zeroPoint : (x[row * w * c + byte] as number);
        const expected: number[] = [];
        for (let oy = 0; oy < oh; oy++) {
          for (let ox = 0; ox < ow; ox++) {
            for (let o = 0; o < outputs; o++) {
              let acc = bias.data?.[o] as number;
              for (let i = 0; i < kh; i++) {
                for (let j = 0; j < kw; j++) {
                  const iy = oy * p.stride[0] + i * p.dilation[0] - top;
                  const ix = ox * p.stride[1] + j * p.dilation[1] - left;
                  if (iy < 0 || iy >= h || ix < 0 || ix >= w) continue;
                  for (let k = 0; k < groupInputs; k++) {
                    const q = x[(iy * w + ix) * c + Math.floor(o / groupOutputs) * groupInputs + k] as number;
                    acc +=
                      (q - zeroPoint) * ((values[((o * kh + i) * kw + j) * groupInputs + k] as number) - weightsZero);
                  }
                }
              }
              expected.push(acc);
            }
          }
        }
        expect(gathered(at, [oh, ow], { attributes, windowH: kh }, words, data, c)).toEqual(expected);
      },
    ),
    { numRuns: 150 },
  );
});
