/**
 * Functions of real numbers from IEEE + − · / and bits alone: the same doubles in every JavaScript engine and in
 * WebAssembly, as Math.exp's need not be. What reaches a file or a range takes these.
 */

/** 2^n for n = −539 … 539, exact: what e^x takes, twice. Entry 0 is the least. */
const least = -539;
const powers = new Float64Array(1 - 2 * least);
powers[-least] = 1;
for (let n = 1; n <= -least; n++) {
  powers[n - least] = 2 * (powers[n - 1 - least] as number);
  powers[-n - least] = (powers[1 - n - least] as number) / 2;
}
const powerOfTwo = (n: number): number => powers[n - least] as number;

/** ln 2 in two parts; the first has 33 bits, so that its products with whole numbers below 2^20 are exact. */
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

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
