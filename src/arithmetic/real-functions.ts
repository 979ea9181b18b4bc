import { frexp } from './fixed-point.ts';

/**
 * Functions of real numbers from IEEE + − · / and bits alone: the same doubles in every JavaScript engine and in
 * WebAssembly, as Math.exp's need not be. What reaches a file or a range takes these.
 */

/** 2^n for n = −539 … 539, exact: what e^x takes, twice. Entry 0 is the least. */
const least = -539;
const powers = new Float64Array(1 - 2 * least);
powers[-least] = 1;
for (let n = 1; n <= -least; n++) {
  powers[n - least] = 2 * powers[n - 1 - least];
  powers[-n - least] = powers[1 - n - least] / 2;
}
const powerOfTwo = (n: number): number => powers[n - least];

/** ln 2 in two parts; the first has 33 bits, so that its products with whole numbers below 2^20 are exact. */
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** 2/√π. */
const twoBySqrtPi = 1.1283791670955126;

/** t = r² → r·(e^r + 1)/(e^r − 1) = 2 + t · (minimax polynomial on |r| ≤ ½ ln 2), as in fdlibm's e_exp.c (Sun, 1993). */
const [p1, p2, p3, p4, p5] = [
  0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6, 4.1381367970572385e-8,
] as const;

/**
 * e^x, below 1 ulp from it: x = k·ln 2 + r with |r| ≤ ½ ln 2, e^x = 2^k · e^r. Infinity above 709.78…, 0 below −745.13….
 */
export function exp(x: number): number {
  if (!(x <= 709.782712893384)) return x > 0 ? Infinity : x;
  if (x < -745.1332191019411) return 0;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const high = x - k * ln2High;
  const low = k * ln2Low;
  const r = high - low;
  const t = r * r;
  const c = r - t * (p1 + t * (p2 + t * (p3 + t * (p4 + t * p5))));
  const power = 1 - (low - (r * c) / (2 - c) - high);
  // In two steps: 2^k alone may leave the normal numbers where e^x does not.
  const half = k >> 1;
  return power * powerOfTwo(half) * powerOfTwo(k - half);
}

/** 1 / (1 + e^−x), by the exponential of the negative side, which cannot overflow. */
export function logistic(x: number): number {
  const e = exp(x < 0 ? x : -x);
  return (x < 0 ? e : 1) / (1 + e);
}

const f32 = Math.fround;

/** For tanh32, all float32: log₂ e, ln 2 in two parts (the first has 17 bits), and Q₅ … Q₁, 1 of e^r − 1. */
const log2e32 = 1.4426950216293335;
const ln2High32 = 0.6931381225585938;
const ln2Low32 = 9.05800061445916e-6;
const polynomial: readonly number[] = [
  -2.0109921194944036e-7, 4.00821772927884e-6, -7.936507608974352e-5, 0.0015873016091063619, -0.03333333507180214, 1,
];

/**
 * e^x − 1 for −2 < x < 0 and 2 ≤ x < 20, every operation rounded to float32 as in fdlibm's s_expm1f.c (Sun, 1993):
 * x = k·ln 2 + r + c, where c is what r has lost, and e^r − 1 by a rational approximation.
 */
function expm1(x: number): number {
  let k = 0;
  if (x < -0.3465735912322998) k = x > -1.0397207736968994 ? -1 : Math.trunc(f32(f32(log2e32 * x) - 0.5));
  else if (x > 0) k = Math.trunc(f32(f32(log2e32 * x) + 0.5));
  const high = f32(x - f32(k * ln2High32));
  const low = f32(k * ln2Low32);
  const r = f32(high - low);
  const c = f32(f32(high - r) - low);
  const half = f32(0.5 * r);
  const t = f32(r * half); // r² / 2
  const p = polynomial.reduce((sum, coefficient) => f32(coefficient + f32(t * sum)));
  const s = f32(3 - f32(p * half));
  const e = f32(t * f32(f32(p - s) / f32(6 - f32(r * s))));
  if (k === 0) return f32(r - f32(f32(r * e) - t));
  const rest = f32(f32(f32(r * f32(e - c)) - c) - t); // r − rest = e^r − 1
  if (k === -1) return f32(f32(0.5 * f32(r - rest)) - 0.5);
  const power = powerOfTwo(k);
  if (k < 0) return f32(f32(f32(1 - f32(rest - r)) * power) - 1);
  if (k < 23) return f32(f32(f32(1 - 1 / power) - f32(rest - r)) * power);
  return f32(f32(f32(r - f32(rest + 1 / power)) + 1) * power);
}

/**
 * tanh of a float32 as fdlibm's tanhf gives it, and with it glibc's up to 2.40: within 2 units of the last place. TFLite's
 * tables hold these values, so what is rounded correctly is now and then a step beside them.
 */
export function tanh32(x: number): number {
  const size = Math.abs(x);
  if (!(size < 10)) return size >= 10 ? Math.sign(x) : x; // 1 − tanh 10 is an eighth of the last place
  if (size < 2 ** -55) return x;
  const e = expm1(size < 1 ? -2 * size : 2 * size);
  const y = size < 1 ? f32(-e / f32(e + 2)) : f32(1 - f32(2 / f32(e + 2)));
  return x < 0 ? -y : y;
}

/**
 * The natural logarithm, within 2 units of the last place: x = m · 2^e with √½ ≤ m < √2, ln x = e · ln 2 + 2 · artanh((m − 1) / (m + 1)).
 * −Infinity of 0, NaN below.
 */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : Number.NaN;
  if (x === Infinity) return x;
  const { mantissa, exponent } = frexp(x);
  const [m, e] = mantissa < Math.SQRT1_2 ? [2 * mantissa, exponent - 1] : [mantissa, exponent];
  const s = (m - 1) / (m + 1);
  const t = s * s; // below 0.0295: 1/23 · t^11 is below 2^−60
  let series = 1 / 23;
  for (let k = 21; k >= 3; k -= 2) series = 1 / k + t * series;
  return e * ln2High + (2 * s + (2 * s * t * series + e * ln2Low));
}

/** x^y: by multiplication where y is a whole number from −64 to 64, by √ where it is ±½, else e^(y · ln x). */
export function power(x: number, y: number): number {
  if (y < 0) return 1 / power(x, -y);
  if (y === 0.5) return Math.sqrt(x);
  if (!Number.isInteger(y) || y > 64) return x === 0 ? 0 : exp(y * ln(x));
  let result = 1;
  for (let i = 0; i < y; i++) result *= x;
  return result;
}

/**
 * The complementary error function 1 − erf x, within 1e-12 of its value where it is above the least normal float32. Up to 2.5
 * by the series e^(−x²) · 2x/√π · Σ (2x²)^n / (1 · 3 · … (2n + 1)), whose terms are all positive; beyond by the continued fraction
 * e^(−x²) / (x√π) / (1 + q/(1 + 2q/(1 + 3q/…))), q = 1/(2x²) (Abramowitz and Stegun 7.1.6, 7.1.14).
 */
export function erfc(x: number): number {
  const size = Math.abs(x);
  if (!(size < 27)) return size >= 27 ? (x < 0 ? 2 : 0) : x;
  let upper: number;
  if (size < 2.5) {
    let term = 1;
    let sum = 1;
    for (let n = 1; term > sum * 2 ** -54; n++) {
      term *= (2 * size * size) / (2 * n + 1);
      sum += term;
    }
    upper = 1 - exp(-size * size) * size * sum * twoBySqrtPi;
  } else {
    const q = 1 / (2 * size * size);
    let fraction = 1;
    for (let k = 60; k >= 1; k--) fraction = 1 + (k * q) / fraction;
    upper = (exp(-size * size) * twoBySqrtPi) / (2 * size * fraction);
  }
  return x < 0 ? 2 - upper : upper;
}
