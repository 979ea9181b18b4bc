import type { Generator } from './generator.ts';
import { reluGenerators } from './relu.ts';

/** Every operator whose random models are compared with tflite-runtime's reference kernels: a file here each. */
export const generators: readonly Generator[] = [...reluGenerators];
