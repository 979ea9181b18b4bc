import type { Values } from '../../../format/values.ts';
import type { Rule, Rules } from '../rule.ts';

/** The defaults of frameworks (Keras 1e-3, PyTorch 1e-5) and other common values. */
export const usualEps: readonly number[] = [1e-3, 1e-5, 1e-6, 1e-7, 1e-4, 1e-2, 1e-8, 1e-12, 0];

/** "1e-3", not "0.001". */
export const epsText = (eps: number): string => (eps === 0 ? '0' : eps.toExponential().replace('+', ''));

const isReal = (values: Values | undefined): values is Float32Array => values instanceof Float32Array;

/** Batch normalisation that stands for itself: another eps, or the statistics of the image instead of the running ones. */
export const normalizations: Rules = ({ view, inputs, theirs }) => {
  const { eps } = view.attributes as { readonly eps?: number };
  const [x, , , mean, variance] = inputs;
  if (eps === undefined || !isReal(x) || !isReal(mean) || !isReal(variance)) return [];
  const instead = `has the eps ${epsText(eps)}`;
  const others = [...usualEps, ...(isReal(theirs) ? [measuredEps(inputs, theirs)] : [])]
    .filter((other, i, all) => Number.isFinite(other) && all.indexOf(other) === i)
    .filter((other) => other !== eps && (other > 0 || !variance.includes(0)))
    .map(
      (other): Rule => ({
        rule: 'eps',
        does: `has the eps ${epsText(other)} in its batch normalisation`,
        instead,
        alter: (call) => ({
          ...call,
          view: { ...call.view, attributes: { ...(call.view.attributes as object), eps: other } },
        }),
      }),
    );
  return [...others, ofTheImage(x, mean.length)];
};

/**
 * The eps that y tells, to two digits: √(variance + eps) is what y − bias is less than (x − mean) · weight. It is told best by the
 * channel of the least variance. NaN where it cannot be told.
 */
function measuredEps([x, weight, bias, mean, variance]: readonly (Values | undefined)[], y: Float32Array): number {
  if (!isReal(x) || !isReal(weight) || !isReal(bias) || !isReal(mean) || !isReal(variance)) return Number.NaN;
  const least = variance.indexOf(Math.min(...variance));
  let [before, after] = [0, 0];
  for (let i = least; i < x.length; i += variance.length) {
    before += Math.abs((x[i] - mean[least]) * weight[least]);
    after += Math.abs(y[i] - bias[least]);
  }
  const eps = (before / after) ** 2 - variance[least];
  return eps > 0 ? Number(eps.toPrecision(2)) : Number.NaN;
}

function ofTheImage(x: Float32Array, channels: number): Rule {
  const pixels = x.length / channels;
  const [mean, variance] = [new Float32Array(channels), new Float32Array(channels)];
  for (let c = 0; c < channels; c++) {
    let [sum, squares] = [0, 0];
    for (let i = c; i < x.length; i += channels) sum += x[i];
    const middle = sum / pixels;
    for (let i = c; i < x.length; i += channels) squares += (x[i] - middle) ** 2;
    mean[c] = middle;
    variance[c] = squares / pixels;
  }
  return {
    rule: 'statistics',
    does: 'normalises by mean and variance of this image: it runs as in training (model.eval() was not called)',
    instead: 'takes the running ones',
    alter: (call) => ({ ...call, inputs: [...call.inputs.slice(0, 3), mean, variance] }),
  };
}
