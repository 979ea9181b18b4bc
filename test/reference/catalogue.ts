/// <reference types="vite/types/importMeta.d.ts" />
import type { Generator } from './generator.ts';

const files = import.meta.glob<Record<string, unknown>>(['./*.ts', '!./catalogue.ts', '!./*.test.ts'], { eager: true });

/**
 * Every operator whose random models are compared with tflite-runtime's reference kernels: what the files of this folder
 * export as `…Generator`.
 */
export const generators: readonly Generator[] = Object.values(files)
  .flatMap((exports) => Object.entries(exports))
  .flatMap(([name, value]) => (name.endsWith('Generator') && typeof value === 'object' ? [value as Generator] : []));
