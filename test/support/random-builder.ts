import type { LayerSource, NetworkSource } from '../../src/network/layers.ts';
import { randomOf } from './values.ts';

type Size = readonly [h: number, w: number, c: number];
type Grown = readonly [layer: LayerSource, size: Size];

/** Choices by one seed. */
class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    // Spread, since neighbouring states of the stream would be steps of one another.
    this.#random = randomOf(Math.imul(seed + 1, 0x9e3779b1));
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.#random() * (to - from + 1));
  }

  of<T>(...choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)] as T;
  }
}

const activations = ['ReLU', 'ReLU6', 'SiLU', 'Hardswish'] as const;
const functions = [...activations, 'Sigmoid', 'Hardsigmoid', 'ELU', 'GELU'] as const;

const slid = (size: number, kernel: number, stride: number, padding: number, dilation = 1): number =>
  Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;

/** Each word of network.json on an input of any size: a layer, and the size it gives. */
const words: Readonly<Record<string, (dice: Dice, size: Size) => Grown>> = {
  Conv2d(dice, [h, w, c]) {
    const kernel = [dice.of(1, 3, 5), dice.of(1, 3, 3)] as const;
    const stride = [dice.of(1, 2), dice.of(1, 1, 2)] as const;
    const dilation = [dice.of(1, 1, 2), 1] as const;
    // As much as keeps the size, none, or all that a window reaches; none only where a window fits.
    const border = (size: number, taps: number, step: number): number => {
      const reach = step * (taps - 1);
      return dice.of(reach >> 1, reach >> 1, size > reach ? 0 : reach >> 1, reach);
    };
    const padding = [border(h, kernel[0], dilation[0]), border(w, kernel[1], 1)] as const;
    const groups = dice.of(1, ...[1, 2, 3, c].filter((count) => c % count === 0));
    const out = groups * dice.between(1, Math.max(1, Math.floor(20 / groups)));
    const layer = { type: 'Conv2d', in: c, out, groups, bias: dice.of(true, false) } as const;
    const grown: Size = [
      slid(h, kernel[0], stride[0], padding[0], dilation[0]),
      slid(w, kernel[1], stride[1], padding[1]),
      out,
    ];
    return [
      { ...layer, kernel: [...kernel], stride: [...stride], padding: [...padding], dilation: [...dilation] },
      grown,
    ];
  },
  DepthwiseSeparableConv(dice, [h, w, c]) {
    const stride = dice.of(1, 2);
    const out = dice.between(1, 20);
    const layer = { type: 'DepthwiseSeparableConv', in: c, out, stride } as const;
    return [layer, [slid(h, 3, stride, 1), slid(w, 3, stride, 1), out]];
  },
  LiteBlock(dice, [h, w, c]) {
    const stride = dice.of(1, 1, 2);
    const out = dice.of(c, dice.between(1, 20));
    return [{ type: 'LiteBlock', in: c, out, stride }, [slid(h, 3, stride, 1), slid(w, 3, stride, 1), out]];
  },
  InvertedResidual(dice, [h, w, c]) {
    const [stride, kernel] = [dice.of(1, 1, 2), dice.of(3, 3, 5)];
    const out = dice.of(c, dice.between(1, 16));
    const squeeze = dice.of({}, { squeeze: dice.between(1, 4) });
    const layer = { type: 'InvertedResidual', in: c, out, stride, kernel, expand: dice.of(1, 1.5, 2, 3) } as const;
    const grown: Size = [slid(h, kernel, stride, kernel >> 1), slid(w, kernel, stride, kernel >> 1), out];
    return [{ ...layer, activation: dice.of(...activations), ...squeeze }, grown];
  },
  ShuffleUnit(dice, [h, w, c]) {
    const keeps = c % 2 === 0 && dice.of(true, false);
    if (keeps) return [{ type: 'ShuffleUnit', in: c, out: c }, [h, w, c]];
    const out = 2 * dice.between(1, 10);
    return [{ type: 'ShuffleUnit', in: c, out, stride: 2 }, [slid(h, 3, 2, 1), slid(w, 3, 2, 1), out]];
  },
  SqueezeExcite(dice, size) {
    const layer = { type: 'SqueezeExcite', channels: size[2], squeeze: dice.between(1, 5) } as const;
    return [{ ...layer, activation: dice.of(...activations), gate: dice.of('Sigmoid', 'Hardsigmoid') }, size];
  },
  ChannelShuffle(dice, size) {
    const groups = dice.of(
      ...Array.from({ length: size[2] }, (_, i) => i + 1).filter((count) => size[2] % count === 0),
    );
    return [{ type: 'ChannelShuffle', groups }, size];
  },
  BatchNorm2d: (dice, size) => [{ type: 'BatchNorm2d', features: size[2], eps: dice.of(1e-3, 1e-5) }, size],
  activation: (dice, size) => [{ type: dice.of(...functions) }, size],
  pool(dice, [h, w, c]) {
    const kernel = Math.min(dice.of(2, 3), h, w);
    const stride = dice.between(1, kernel);
    const padding = dice.of(0, kernel >> 1);
    const window = { kernel, stride, padding };
    const grown: Size = [slid(h, kernel, stride, padding), slid(w, kernel, stride, padding), c];
    const average = { type: 'AvgPool2d', ...window, countIncludePad: dice.of(true, false) } as const;
    return [dice.of<LayerSource>({ type: 'MaxPool2d', ...window }, average), grown];
  },
  Residual(dice, size) {
    const [first, middle] = grow(dice, size, ['Conv2d', 'DepthwiseSeparableConv', 'SqueezeExcite', 'activation'], 1);
    const [h, w, c] = middle;
    const layers = [...first, { type: 'BatchNorm2d', features: c } as const];
    // Strides that a layer took, the shortcut takes at once.
    if (h === size[0] && w === size[1] && c === size[2]) return [{ type: 'Residual', layers }, size];
    const kept = h === size[0] && w === size[1];
    if (!kept) return [{ type: 'Sequential', layers }, middle];
    const shortcut = [{ type: 'Conv2d', name: 'shortcut', in: size[2], out: c, kernel: 1 } as const];
    return [{ type: 'Residual', layers, shortcut }, middle];
  },
};

/** `count` layers one after the other. */
function grow(dice: Dice, size: Size, from: readonly string[], count: number): readonly [LayerSource[], Size] {
  const layers: LayerSource[] = [];
  let grown = size;
  for (let i = 0; i < count; i++) {
    const word = words[dice.of(...from)];
    if (!word) throw new Error(`no such word among ${from.join(', ')}`);
    const [layer, next] = word(dice, grown);
    layers.push(layer);
    grown = next;
  }
  return [layers, grown];
}

/** What may stand at the end: nothing, a classifier on the mean of each channel, or one on every pixel. */
function head(dice: Dice, [h, w, c]: Size): LayerSource[] {
  const out = dice.between(2, 12);
  const bias = dice.of(true, false);
  const softmax: LayerSource[] = dice.of<LayerSource[]>([], [{ type: 'Softmax' }]);
  const classifier = (features: number): LayerSource[] => [
    { type: 'Flatten' },
    { type: 'Linear', in: features, out, bias },
    ...softmax,
  ];
  return dice.of<LayerSource[]>(
    [],
    [{ type: 'AdaptiveAvgPool2d' }, ...classifier(c)],
    [{ type: 'AdaptiveAvgPool2d' }, ...classifier(c)],
    classifier(h * w * c),
  );
}

/** A small network of any words of the builder, on an odd input: one seed, one network. */
export function randomNetwork(seed: number): NetworkSource {
  const dice = new Dice(seed);
  const size: Size = [dice.between(5, 19), dice.between(5, 17), dice.between(1, 7)];
  const [layers, grown] = grow(dice, size, Object.keys(words), dice.between(2, 5));
  const [height, width, channels] = size;
  return { name: `random ${seed}`, input: { channels, height, width }, layers: [...layers, ...head(dice, grown)] };
}
