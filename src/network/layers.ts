// The namespace and not `z`, an object that brings all of zod (its languages, too) into a page: 64 KB gzipped.
import * as z from 'zod';

/** network.json as a schema: docs/network.schema.json is printed from it, and types are taken from it. */

/** The most that a size may be: channels, heights, windows. */
export const largestSize = 65_535;

const size = z.int().min(1).max(largestSize).meta({ id: 'size' });
const pairText = 'one size, or [height, width]: whole numbers from 1';
const pair = z.union([size, z.tuple([size, size])], { error: pairText }).meta({ id: 'pair', description: pairText });
const border = z.int().min(0).max(largestSize);
const paddingText = 'one size, [height, width] or [top, left, bottom, right]: whole numbers from 0';
const padding = z
  .union([border, z.tuple([border, border]), z.tuple([border, border, border, border])], { error: paddingText })
  .meta({ id: 'padding', description: paddingText });

const name = z
  .string()
  .regex(/^[^.]+$/, 'a name has no dots')
  .optional()
  .describe("the module's name in its parent; without it, its index");

const layer = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.strictObject({ type: z.literal(type), name, ...shape });

const channels = { in: size, out: size };
const activation = z.enum(['ReLU', 'ReLU6', 'SiLU', 'Hardswish']);
const gate = z.enum(['Sigmoid', 'Hardsigmoid']);
const names = ({ options }: { readonly options: readonly string[] }): string => options.join(' or ');
const window = { kernel: pair, stride: pair.optional(), padding: padding.default(0) };

const sidesText = 'one size, or [left, right]: whole numbers from 0';
const sides = z
  .union([border, z.tuple([border, border])], { error: sidesText })
  .meta({ id: 'sides', description: sidesText });
const window1d = { kernel: size, stride: size.optional(), padding: sides.default(0) };
const normalized = { features: size, eps: z.number().min(0).default(1e-5), affine: z.boolean().default(true) };
const borderPairText = 'one size, or [height, width]: whole numbers from 0';
const borderPair = z
  .union([border, z.tuple([border, border])], { error: borderPairText })
  .meta({ id: 'borderPair', description: borderPairText });

const leaves = [
  layer('Conv2d', {
    ...channels,
    kernel: pair,
    stride: pair.default(1),
    padding: padding.default(0),
    dilation: pair.default(1),
    groups: size.default(1),
    bias: z.boolean().default(true),
  }),
  layer('Conv1d', {
    ...channels,
    kernel: size,
    stride: size.default(1),
    padding: sides.default(0),
    dilation: size.default(1),
    groups: size.default(1),
    bias: z.boolean().default(true),
  }),
  layer('ConvTranspose2d', {
    ...channels,
    kernel: pair,
    stride: pair.default(1),
    padding: borderPair.default(0),
    outputPadding: borderPair.default(0),
    bias: z.boolean().default(true),
  }),
  layer('DepthwiseSeparableConv', {
    ...channels,
    kernel: pair.default(3),
    stride: pair.default(1),
    padding: padding.default(1),
  }),
  layer('LiteBlock', { ...channels, stride: size.default(1) }),
  layer('InvertedResidual', {
    ...channels,
    stride: size.default(1),
    expand: z.number().positive(),
    kernel: z.int().min(1).max(15).default(3),
    activation: activation.default('ReLU6'),
    squeeze: z
      .union([size, z.strictObject({ channels: size, activation: activation.optional(), gate: gate.optional() })], {
        error: `channels, or { "channels", "activation": ${names(activation)}, "gate": ${names(gate)} }`,
      })
      .optional()
      .describe('a SqueezeExcite after the depthwise convolution: its inner channels, or also its functions'),
  }),
  layer('ShuffleUnit', { ...channels, stride: z.union([z.literal(1), z.literal(2)], { error: '1 or 2' }).default(1) }),
  layer('SqueezeExcite', {
    channels: size,
    squeeze: size,
    activation: activation.default('ReLU'),
    gate: gate.default('Sigmoid'),
  }),
  layer('ChannelShuffle', { groups: size }),
  layer('BatchNorm1d', normalized),
  layer('BatchNorm2d', normalized),
  ...(
    [
      'ReLU',
      'ReLU6',
      'Sigmoid',
      'Hardsigmoid',
      'SiLU',
      'Hardswish',
      'Hardtanh',
      'Tanh',
      'Flatten',
      'Dropout',
      'Identity',
      'Softmax',
    ] as const
  ).map((type) => layer(type, {})),
  layer('ELU', {}),
  layer('GELU', { approximate: z.enum(['none', 'tanh']).default('none') }),
  layer('PixelShuffle', { factor: size }),
  layer('PixelUnshuffle', { factor: size }),
  layer('Stream', { steps: z.int().min(2).max(largestSize) }),
  layer('LeakyReLU', { negativeSlope: z.number().default(0.01) }),
  layer('PReLU', { parameters: size.default(1) }),
  layer('MaxPool1d', window1d),
  layer('MaxPool2d', window),
  layer('AvgPool1d', { ...window1d, countIncludePad: z.boolean().default(true) }),
  layer('AvgPool2d', { ...window, countIncludePad: z.boolean().default(true) }),
  layer('AdaptiveAvgPool1d', { size: z.literal(1).default(1) }),
  layer('AdaptiveAvgPool2d', { size: z.literal(1).default(1) }),
  layer('AdaptiveMaxPool1d', { size: z.literal(1).default(1) }),
  layer('AdaptiveMaxPool2d', { size: z.literal(1).default(1) }),
  layer('Upsample', {
    scale: pair,
    mode: z.enum(['nearest', 'bilinear']).default('nearest'),
    alignCorners: z.boolean().default(false),
  }),
  layer('ZeroPad2d', { padding }),
  layer('Linear', { ...channels, bias: z.boolean().default(true) }),
] as const;

const sequential = z.strictObject({
  type: z.literal('Sequential'),
  name,
  get layers() {
    return z.array(anyLayer).min(1);
  },
});

const residual = z.strictObject({
  type: z.literal('Residual'),
  name,
  get layers() {
    return z.array(anyLayer).min(1);
  },
  get shortcut() {
    return z.array(anyLayer).min(1).optional().describe('absent: the input itself');
  },
});

const concat = z.strictObject({
  type: z.literal('Concat'),
  name,
  get layers() {
    return z.array(anyLayer).min(1).describe('each is run on the input; their channels are laid side by side');
  },
});

/** A schema that holds itself has no type that TypeScript could infer. */
const anyLayer: z.ZodType<Layer> = z
  .lazy(() => z.discriminatedUnion('type', [...leaves, sequential, residual, concat]) as unknown as z.ZodType<Layer>)
  .meta({ id: 'layer' });

type Leaf = z.output<(typeof leaves)[number]>;

/** A layer with every field filled in. */
export type Layer = Leaf | Sequential | Residual | Concat;

/** Layers one after another. */
export interface Sequential {
  readonly type: 'Sequential';
  readonly name?: string | undefined;
  readonly layers: readonly Layer[];
}

/** y = layers(x) + shortcut(x), or + x. */
export interface Residual {
  readonly type: 'Residual';
  readonly name?: string | undefined;
  readonly layers: readonly Layer[];
  readonly shortcut?: readonly Layer[] | undefined;
}

/** The channels of each layer's output, all of them on the same input, side by side. */
export interface Concat {
  readonly type: 'Concat';
  readonly name?: string | undefined;
  readonly layers: readonly Layer[];
}

/** Every word that `type` may be. */
export const layerTypes: readonly string[] = [...leaves, sequential, residual, concat].map(
  ({ shape }) => shape.type.value,
);

/** The fields that the object at `path` of a network.json may have; `type` is its type if it is a layer. */
export function fieldsOf(type: unknown, path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(networkSchema.shape);
  if (path[0] === 'input') return Object.keys(networkSchema.shape.input.shape);
  const found = [...leaves, sequential, residual, concat].find(({ shape }) => shape.type.value === type);
  return found ? Object.keys(found.shape) : [];
}

/** A layer with its defaults filled in. Throws zod's error where a field does not fit. */
export const layerOf = <Source extends LayerSource>(source: Source): Extract<Layer, { type: Source['type'] }> =>
  anyLayer.parse(source) as Extract<Layer, { type: Source['type'] }>;

export const networkSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().min(1),
  input: z.strictObject({ channels: size, height: size, width: size }),
  layers: z.array(anyLayer).min(1),
});

/** A network with every field filled in. */
export interface Network {
  /** The address of the JSON schema, for editors. */
  readonly $schema?: string | undefined;
  /** The name of the network. */
  readonly name: string;
  /** The size of the image that it takes. */
  readonly input: {
    /** 1 or more. */
    readonly channels: number;
    /** In pixels. */
    readonly height: number;
    /** In pixels. */
    readonly width: number;
  };
  /** The layers, in order. */
  readonly layers: readonly Layer[];
}

/** What may be written: fields with a default may be left out. */
export type LayerSource = z.input<(typeof leaves)[number]> | SequentialSource | ResidualSource | ConcatSource;

/** Layers one after another, as they may be written. */
export interface SequentialSource {
  readonly type: 'Sequential';
  readonly name?: string;
  readonly layers: readonly LayerSource[];
}

/** Branches of one input, their outputs joined along the channels, as they may be written. */
export interface ConcatSource {
  readonly type: 'Concat';
  readonly name?: string;
  readonly layers: readonly LayerSource[];
}

/** y = layers(x) + shortcut(x), or + x, as it may be written. */
export interface ResidualSource {
  readonly type: 'Residual';
  readonly name?: string;
  readonly layers: readonly LayerSource[];
  readonly shortcut?: readonly LayerSource[];
}

/** A network as it may be written: fields with a default may be left out. */
export interface NetworkSource extends Omit<Network, 'layers'> {
  /** The layers, in order. */
  readonly layers: readonly LayerSource[];
}
