import { activationRange } from '../arithmetic/activation-range.ts';
import type { RealAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import { perTensor } from '../graph/tensor.ts';
import type { KernelOf } from './kernel-of.ts';
import { firstOf, whyNotOfType, whyNotQuantized } from './refusals.ts';

/** Division by the scale in float32, rounded half away from zero. */
export const quantizeReal: KernelOf<'quantizeReal', RealAttributes> = {
  name: 'quantizeReal',
  opcode: 'quantizeReal',

  refuses: (view) =>
    firstOf(whyNotOfType('x', view.inputs[0], 'f32'), whyNotQuantized('y', outputOf(view), 'i8', 'u8')),

  pack(view) {
    const y = outputOf(view);
    const [scale] = new Int32Array(Float32Array.of(perTensor(y).scale).buffer);
    const { min, max } = activationRange('none', y);
    return { scale: scale, yMin: min, yMax: max };
  },
};
