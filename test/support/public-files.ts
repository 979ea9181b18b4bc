import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A tensor of a file with the values of every step, one after the other. */
export interface PublicValues {
  readonly dtype: 'int8' | 'uint8' | 'int16' | 'float32';
  readonly shape: readonly number[];
  readonly path: string;
}

/** A `.tflite` as real files are, with what tflite-runtime 2.14.0's reference kernels give for the inputs. */
export interface PublicFile {
  readonly name: string;
  readonly path: string;
  readonly inputs: readonly PublicValues[];
  /** Empty where that runtime refuses the file. */
  readonly outputs: readonly PublicValues[];
}

interface Values extends Omit<PublicValues, 'path'> {
  readonly file: string;
}

interface Entry {
  readonly name: string;
  readonly file: string;
  readonly inputs?: readonly Values[];
  readonly outputs?: readonly Values[];
}

function filesOf(folder: string, list: 'cases' | 'models'): PublicFile[] {
  const manifest = JSON.parse(readFileSync(`${folder}manifest.json`, 'utf8')) as Record<typeof list, readonly Entry[]>;
  const located = (values: readonly Values[] = []): PublicValues[] =>
    values.map(({ dtype, shape, file }) => ({ dtype, shape, path: folder + file }));
  return manifest[list].map(({ name, file, inputs, outputs }) => {
    return { name, path: folder + file, inputs: located(inputs), outputs: located(outputs) };
  });
}

/** Small hand-made files, each one thing that real files hold. */
export const handMadeFiles = (): PublicFile[] =>
  filesOf(fileURLToPath(new URL('../data/cases/', import.meta.url)), 'cases');

/** Files of public repositories. */
export const realFiles = (sharedData: string): PublicFile[] => filesOf(`${sharedData}real/`, 'models');
