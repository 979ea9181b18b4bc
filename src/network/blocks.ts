import { type Layer, type LayerSource, layerOf } from './layers.ts';
import type { Of } from './weighted.ts';

/** What blocks are made of: layers whose names are those of the state_dict. */

type Activation = Of<'InvertedResidual'>['activation'];

const named = (name: string, layers: readonly LayerSource[]): LayerSource => ({ type: 'Sequential', name, layers });

const normed = (conv: Omit<Extract<LayerSource, { type: 'Conv2d' }>, 'type'>): LayerSource[] => [
  { type: 'Conv2d', ...conv },
  { type: 'BatchNorm2d', features: conv.out },
];

/** conv1 = depthwise 3×3 → BN → ReLU6 → pointwise → BN → ReLU6, added to the input, or to a pointwise → BN of it. */
export function liteBlock({ in: ins, out, stride }: Of<'LiteBlock'>): Of<'Residual'> {
  const main = [
    ...normed({ in: ins, out: ins, kernel: 3, stride, padding: 1, groups: ins }),
    { type: 'ReLU6' } as const,
    ...normed({ in: ins, out, kernel: 1 }),
    { type: 'ReLU6' } as const,
  ];
  const identity = stride === 1 && ins === out;
  const shortcut = [named('shortcut', normed({ in: ins, out, kernel: 1, stride }))];
  return layerOf({ type: 'Residual', layers: [named('conv1', main)], ...(!identity && { shortcut }) });
}

/** `depthwise`, then `pointwise`, as an attribute each; no normalisation between them. */
export function separable(layer: Of<'DepthwiseSeparableConv'>): Of<'Sequential'> {
  const { in: ins, out, kernel, stride, padding } = layer;
  return layerOf({
    type: 'Sequential',
    layers: [
      { type: 'Conv2d', name: 'depthwise', in: ins, out: ins, kernel, stride, padding, groups: ins },
      { type: 'Conv2d', name: 'pointwise', in: ins, out, kernel: 1 },
    ],
  });
}

/** Python's round: half to even. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Channels between the expanding and the projecting convolution, as torchvision computes them. */
export const hiddenChannels = ({ in: ins, expand }: Of<'InvertedResidual'>): number => roundHalfEven(ins * expand);

function squeezed(channels: number, squeeze: NonNullable<Of<'InvertedResidual'>['squeeze']>): LayerSource {
  const { channels: inner, ...functions } = typeof squeeze === 'number' ? { channels: squeeze } : squeeze;
  return { type: 'SqueezeExcite', channels, squeeze: inner, ...functions };
}

/** torchvision's MobileNetV2 block: `conv` = [expand → BN → act] → [depthwise → BN → act] → (squeeze) → project → BN. */
export function invertedResidual(layer: Of<'InvertedResidual'>): Of<'Residual'> | Of<'Sequential'> {
  const { in: ins, out, stride, expand, kernel, activation, squeeze } = layer;
  const hidden = hiddenChannels(layer);
  const stage = (conv: Parameters<typeof normed>[0]): LayerSource => ({
    type: 'Sequential',
    layers: [...normed({ bias: false, ...conv }), { type: activation satisfies Activation }],
  });
  const layers: LayerSource[] = [
    ...(expand === 1 ? [] : [stage({ in: ins, out: hidden, kernel: 1 })]),
    stage({ in: hidden, out: hidden, kernel, stride, padding: (kernel - 1) >> 1, groups: hidden }),
    ...(squeeze ? [squeezed(hidden, squeeze)] : []),
    ...normed({ in: hidden, out, kernel: 1, bias: false }),
  ];
  const type = stride === 1 && ins === out ? 'Residual' : 'Sequential';
  return layerOf({ type, layers: [named('conv', layers)] });
}

/** The two branches of torchvision's ShuffleNetV2 unit, without the shuffle after them. */
export function shuffleBranches({ in: ins, out, stride }: Of<'ShuffleUnit'>): {
  readonly first: Layer;
  readonly second: Layer;
} {
  const half = out / 2;
  const depthwise = (features: number): LayerSource[] =>
    normed({ in: features, out: features, kernel: 3, stride, padding: 1, groups: features, bias: false });
  const pointwise = (from: number): LayerSource[] => [
    ...normed({ in: from, out: half, kernel: 1, bias: false }),
    { type: 'ReLU' },
  ];
  const first = stride === 1 ? { type: 'Identity' as const } : named('branch1', [...depthwise(ins), ...pointwise(ins)]);
  const second = named('branch2', [...pointwise(stride === 1 ? half : ins), ...depthwise(half), ...pointwise(half)]);
  return { first: layerOf(first), second: layerOf(second) };
}
