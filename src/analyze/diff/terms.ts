import { clamp, roundHalfAway } from '../../arithmetic/fixed-point.ts';
import { integerRange, type Numbers, type Values } from '../../format/values.ts';
import { elements } from '../../graph/tensor.ts';
import { channelsLast, hwc, orderOf } from './layout.ts';
import type { Pair } from './partners.ts';
import type { Traced } from './trace.ts';

/** Values of one tensor from both runs, in one unit. */
export interface Terms {
  readonly a: Values;
  readonly b: Values;
  /** Quantised values are compared in steps, real ones as they are, and of indices those that are not the same. */
  readonly unit: 'step' | 'real' | 'index';
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

type Wide = Int32Array | BigInt64Array;

const isReal = (values: Values): values is Float32Array => values instanceof Float32Array;
const isWide = (values: Values): values is Wide => values instanceof Int32Array || values instanceof BigInt64Array;

function quantized(values: Numbers, { scale, zeroPoint }: Scale, like: Numbers): Numbers {
  const [min, max] = like instanceof Uint8Array ? [0, 255] : [-128, 127];
  const one = (value: number): number => clamp(roundHalfAway(Math.fround(value / scale)) + zeroPoint, min, max);
  return like instanceof Uint8Array ? Uint8Array.from(values, one) : Int8Array.from(values, one);
}

const real = (values: Numbers, { scale, zeroPoint }: Scale): Float32Array =>
  Float32Array.from(values, (q) => scale * (q - zeroPoint));

/** u8 as i8 and the other way round: the same real values where zero points are 128 apart. */
const shifted = (values: Numbers, like: Numbers): Numbers =>
  like instanceof Uint8Array ? Uint8Array.from(values, (q) => q + 128) : Int8Array.from(values, (q) => q - 128);

/** Writers of one scale may round it to float32 or print it. */
const sameScale = (a: Scale, b: Scale): boolean => Math.abs(a.scale - b.scale) <= 1e-6 * a.scale;

const scaleText = ({ scale, zeroPoint }: Scale): string =>
  `scale ${Number(scale.toPrecision(6))} and zero point ${zeroPoint}`;

/**
 * Both tensors of a pair as the one that `of` names has them. `channelsFirst`: so is the other where its shape fits either
 * reading. `image`: which one of a batch. Undefined where the two have different sizes.
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

type OneUnit = Omit<Terms, 'a' | 'b'> & { readonly mine: Values; readonly theirs: Values };

function inOneUnit(own: Side, other: Side): OneUnit {
  const [mine, theirs] = [own.values, other.values];
  if (isWide(mine) || isWide(theirs)) {
    const scale = (own.quantization ?? other.quantization)?.scale; // int8 values that were written as int32 are not indices
    const unit = scale === undefined ? { unit: 'index' as const } : { unit: 'step' as const, scale };
    return { ...asIndices(mine, theirs), ...unit, notes: [] };
  }
  if (isReal(mine) && isReal(theirs)) return { mine, theirs, unit: 'real', notes: [] };
  if (isReal(theirs)) return realBeside(own, other, (scale) => ({ mine, theirs: quantized(theirs, scale, mine) }));
  if (isReal(mine)) return realBeside(other, own, (scale) => ({ mine: quantized(mine, scale, theirs), theirs }));
  return integers({ ...own, values: mine }, { ...other, values: theirs });
}

/** Indices of classes, and what another side has in their place, without a value being rounded or cut off. */
function asIndices(mine: Values, theirs: Values): Pick<OneUnit, 'mine' | 'theirs'> {
  if (mine.constructor === theirs.constructor) return { mine, theirs };
  if (isReal(mine)) return { mine, theirs: Float32Array.from<number | bigint>(theirs, Number) };
  if (isReal(theirs)) return { mine: Float32Array.from<number | bigint>(mine, Number), theirs };
  const whole = Array.from<number | bigint, bigint>(theirs, BigInt);
  if (mine instanceof BigInt64Array) return { mine, theirs: BigInt64Array.from(whole) };
  const [min, max] = integerRange(mine);
  const fits = whole.every((value) => value >= min && value <= max);
  if (!fits) return { mine: BigInt64Array.from(mine, BigInt), theirs: BigInt64Array.from(whole) };
  const same = mine.slice();
  same.set(whole.map(Number));
  return { mine, theirs: same };
}

/** A quantised tensor and a real one: that is compared as the other quantises it. */
function realBeside(
  { quantization, letter }: Side,
  { letter: realLetter }: Side,
  as: (scale: Scale) => Pick<OneUnit, 'mine' | 'theirs'>,
): OneUnit {
  if (!quantization) {
    const notes = [`the scale of ${letter} is not known, so its values are compared as they are`];
    return { ...as({ scale: 1, zeroPoint: 0 }), unit: 'step', notes };
  }
  const notes = [`the real values of ${realLetter} are compared as ${letter} quantises them`];
  return { ...as(quantization), unit: 'step', scale: quantization.scale, notes };
}

type IntegerSide = Side & { readonly values: Numbers };

function integers(own: IntegerSide, other: IntegerSide): OneUnit {
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
