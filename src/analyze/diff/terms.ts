import { clamp, roundHalfAway } from '../../arithmetic/fixed-point.ts';
import type { Data8 } from '../../graph/op.ts';
import { elements } from '../../graph/tensor.ts';
import { channelsLast, hwc, orderOf } from './layout.ts';
import type { Pair } from './partners.ts';
import type { Traced } from './trace.ts';

/** Values of one tensor from both runs, in one unit. */
export interface Terms {
  readonly a: Data8;
  readonly b: Data8;
  /** Quantised values are compared in steps, real ones as they are. */
  readonly unit: 'step' | 'real';
  /** The real value of a step, where it is known. */
  readonly scale?: number;
  /** What had to be done to compare them. */
  readonly notes: readonly string[];
}

type Scale = NonNullable<Traced['quantization']>;

/** One side of a pair, by its letter. */
interface Side extends Traced {
  readonly letter: 'A' | 'B';
}

const isReal = ({ values }: Traced): boolean => values instanceof Float32Array;

function quantized(values: Data8, { scale, zeroPoint }: Scale, like: Data8): Data8 {
  const [min, max] = like instanceof Uint8Array ? [0, 255] : [-128, 127];
  const one = (value: number): number => clamp(roundHalfAway(Math.fround(value / scale)) + zeroPoint, min, max);
  return like instanceof Uint8Array ? Uint8Array.from(values, one) : Int8Array.from(values, one);
}

const real = (values: Data8, { scale, zeroPoint }: Scale): Float32Array =>
  Float32Array.from(values, (q) => scale * (q - zeroPoint));

/** u8 as i8 and the other way round: the same real values where zero points are 128 apart. */
const shifted = (values: Data8, like: Data8): Data8 =>
  like instanceof Uint8Array ? Uint8Array.from(values, (q) => q + 128) : Int8Array.from(values, (q) => q - 128);

/** Writers of one scale may round it to float32 or print it. */
const sameScale = (a: Scale, b: Scale): boolean => Math.abs(a.scale - b.scale) <= 1e-6 * a.scale;

const scaleText = ({ scale, zeroPoint }: Scale): string =>
  `scale ${Number(scale.toPrecision(6))} and zero point ${zeroPoint}`;

/**
 * Both tensors of a pair as the one that `of` names has them. `channelsFirst`: so is the other where its shape fits either
 * reading. `image`: which one of a batch. Undefined where the two are not of one size.
 */
export function termsOf(pair: Pair, of: 'a' | 'b', channelsFirst: boolean, image = 0): Terms | undefined {
  const other = of === 'a' ? 'b' : 'a';
  const own: Side = { ...pair[of], letter: of === 'a' ? 'A' : 'B' };
  const all: Side = { ...pair[other], letter: of === 'a' ? 'B' : 'A' };
  const given = oneImage(all, own, image);
  if (elements(own.shape) !== elements(given.shape)) return undefined;
  const map = hwc(own.shape);
  const order = orderOf(given, map);
  const moves = order === 'channels first' || (order === 'either' && channelsFirst);
  const { mine, theirs, ...rest } = inOneUnit(
    own,
    moves ? { ...given, values: channelsLast(given.values, map) } : given,
  );
  return of === 'a' ? { a: mine, b: theirs, ...rest } : { a: theirs, b: mine, ...rest };
}

/** A tensor of a batch as that of one image. */
function oneImage(given: Side, own: Side, image: number): Side {
  const [batch = 1, ...shape] = given.shape;
  const size = elements(own.shape);
  if (batch <= 1 || image >= batch || elements(given.shape) !== batch * size) return given;
  return { ...given, shape: [1, ...shape], values: given.values.subarray(image * size, (image + 1) * size) };
}

type OneUnit = Omit<Terms, 'a' | 'b'> & { readonly mine: Data8; readonly theirs: Data8 };

function inOneUnit(own: Side, other: Side): OneUnit {
  const [mine, theirs] = [own.values, other.values];
  if (isReal(own) && isReal(other)) return { mine, theirs, unit: 'real', notes: [] };
  if (isReal(other))
    return realBeside(own, other, (values, scale) => ({ mine, theirs: quantized(values, scale, mine) }));
  if (isReal(own))
    return realBeside(other, own, (values, scale) => ({ mine: quantized(values, scale, theirs), theirs }));
  return integers(own, other);
}

/** A quantised tensor and a real one: that is compared as the other quantises it. */
function realBeside(
  { quantization, letter }: Side,
  { values, letter: realLetter }: Side,
  as: (values: Data8, scale: Scale) => Pick<OneUnit, 'mine' | 'theirs'>,
): OneUnit {
  if (!quantization) {
    const notes = [`the scale of ${letter} is not known, so that its values are compared as they are`];
    return { ...as(values, { scale: 1, zeroPoint: 0 }), unit: 'step', notes };
  }
  const notes = [`the real values of ${realLetter} are compared as ${letter} quantises them`];
  return { ...as(values, quantization), unit: 'step', scale: quantization.scale, notes };
}

function integers(own: Side, other: Side): OneUnit {
  const [mine, theirs] = [own.values, other.values];
  const [a, b] = [own.quantization, other.quantization];
  const scale = a?.scale ?? b?.scale;
  const steps = { mine, unit: 'step', ...(scale !== undefined && { scale }) } as const;
  const sameType = mine.constructor === theirs.constructor;
  const apart = sameType ? 0 : theirs instanceof Uint8Array ? 128 : -128;
  if (!a || !b || (sameScale(a, b) && b.zeroPoint - a.zeroPoint === apart)) {
    return { ...steps, theirs: sameType ? theirs : shifted(theirs, mine), notes: [] };
  }
  const each = `${scaleText(a)} in ${own.letter}, ${scaleText(b)} in ${other.letter}`;
  const notes = [`it has ${each}: ${other.letter} is compared in the steps of ${own.letter}`];
  return { ...steps, theirs: quantized(real(theirs, b), a, mine), notes };
}
