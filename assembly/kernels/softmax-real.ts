import { OPERAND_SCALE, SOFTMAX_REAL_EXPONENTIALS } from "../instructions";
import { greatest } from "./normalize";
import { channelsOf, originOf, pixelStrideOf, widthOf, zeroPointOf } from "../operand";

/**
 * Softmax over channels in float32, of the real values of quantised ones.
 *
 *   v = xScale · (x − xZeroPoint), δ = v − maximum, each rounded to f32
 *   e = exponentials[d] · (1 + ε + ε²/2), rounded to f32      d = the distance from the maximum in steps, ε = δ + xScale · d
 *   y = e / Σ e, summed in order in f32
 *
 *   exponentials  f64 [256]: e^(−xScale · d)
 *   x             i8
 *   y             f32
 *
 * ε is what δ has lost by rounding. Reads and writes nothing beyond the rows. Same bits as src/ops/softmax-real.ts.
 */
export function softmaxReal(s: usize, x: usize, y: usize, xRows: usize, yRows: usize, rows: i32, data: usize): void {
  const exponentials = data + load<u32>(s, SOFTMAX_REAL_EXPONENTIALS);
  const channels = <usize>channelsOf(x);
  for (let r = 0; r < rows; r++) {
    let at = load<usize>(xRows + ((<usize>r) << 2)) + originOf(x);
    let out = load<usize>(yRows + ((<usize>r) << 2)) + originOf(y);
    for (let p = widthOf(x); p > 0; p--) {
      const top = greatest(at, channels);
      let sum: f32 = 0;
      for (let c: usize = 0; c < channels; c++) sum += term(x, top, load<i8>(at + c), exponentials);
      for (let c: usize = 0; c < channels; c++)
        store<f32>(out + (c << 2), term(x, top, load<i8>(at + c), exponentials) / sum);
      at += pixelStrideOf(x);
      out += pixelStrideOf(y);
    }
  }
}

/** e of the value q; twice, since no kernel reads what it has written. */
function term(x: usize, top: i32, q: i32, exponentials: usize): f32 {
  const scale = load<f32>(x, OPERAND_SCALE),
    zero = zeroPointOf(x),
    steps = (top - q) & 255;
  const difference = scale * <f32>(q - zero) - scale * <f32>(top - zero);
  const rest = <f64>difference + <f64>scale * <f64>steps;
  return <f32>(load<f64>(exponentials + ((<usize>steps) << 3)) * (1 + (rest + 0.5 * rest * rest)));
}
