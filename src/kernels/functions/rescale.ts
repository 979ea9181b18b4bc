import { clamp, roundHalfAway } from '../../arithmetic/fixed-point.ts';
import type { ElementwiseAttributes } from '../../graph/attributes.ts';
import { inputOf, outputOf } from '../../graph/graph.ts';
import { perTensor } from '../../graph/tensor.ts';
import { table } from '../table.ts';

/** TFLite's scaling of legacy uint8 values, 128 greater: factor and offset are float32, and so are product and sum. */
export const rescale = table<ElementwiseAttributes>(['i8'], (view) => {
  const [from, to] = [perTensor(inputOf(view, 0)), perTensor(outputOf(view))];
  const factor = Math.fround(from.scale * Math.fround(1 / to.scale));
  const offset = Math.fround((-128 - from.zeroPoint) * factor);
  return (q: number) => {
    const real = Math.fround(Math.fround((q + 128) * factor) + offset);
    return clamp(roundHalfAway(real) + to.zeroPoint, -128, 127);
  };
});
