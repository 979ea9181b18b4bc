/** Σ signal² and Σ noise² of values that were compared. */
export interface Signal {
  signal: number;
  noise: number;
}

/** Adds real values and what became of them: real = scale · (q − zero point). */
export function compare(into: Signal, real: ArrayLike<number>, q: ArrayLike<number>, scale: number, zeroPoint: number) {
  for (let i = 0; i < real.length; i++) {
    const value = real[i];
    const off = value - scale * (q[i] - zeroPoint);
    into.signal += value * value;
    into.noise += off * off;
  }
}

/** 10 · log10(Σ signal² / Σ noise²): 20 dB are a tenth of the signal's amplitude. Infinity without noise. */
export const decibels = ({ signal, noise }: Signal): number =>
  noise === 0 ? Infinity : 10 * Math.log10(signal / noise);
