import { absGenerator } from './abs.ts';
import { addGenerator } from './add.ts';
import { expGenerator } from './exp.ts';
import { geluGenerator } from './gelu.ts';
import type { Generator } from './generator.ts';
import { mulGenerator } from './mul.ts';
import { reluGenerators } from './relu.ts';
import { rsqrtGenerator } from './rsqrt.ts';
import { subGenerator } from './sub.ts';

/** Every operator whose random models are compared with tflite-runtime's reference kernels: a file here each. */
export const generators: readonly Generator[] = [
  ...reluGenerators,
  addGenerator,
  subGenerator,
  mulGenerator,
  absGenerator,
  expGenerator,
  geluGenerator,
  rsqrtGenerator,
];
