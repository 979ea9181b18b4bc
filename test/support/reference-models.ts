import { readFileSync } from 'node:fs';

/** The real models of the shared data, int8 and legacy uint8, with their cases. */
export interface ReferenceModel {
  readonly id: string;
  readonly path: string;
  readonly macs: number;
  readonly cases: readonly ReferenceCase[];
}

/** Raw input files in order, and the output bytes that TFLite gives for each output. */
export interface ReferenceCase {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

interface Files {
  readonly inputs: readonly { readonly file: string }[];
  readonly outputs: readonly { readonly file: string }[];
}

interface Manifest {
  readonly models: readonly {
    readonly id: string;
    readonly file: string;
    readonly macs: number;
    readonly cases: readonly ({ readonly name: string } & Files)[];
    readonly packed?: Files;
  }[];
}

/** A packed set of inputs is one case, a batch. */
export function referenceModels(data: string): ReferenceModel[] {
  const folder = `${data}tflite/`;
  const { models } = JSON.parse(readFileSync(`${folder}manifest.json`, 'utf8')) as Manifest;
  const paths = (files: Files['inputs']) => files.map(({ file }) => folder + file);
  return models.map(({ id, file, macs, cases, packed }) => ({
    id,
    path: folder + file,
    macs,
    cases: [...cases, ...(packed ? [{ name: 'packed', ...packed }] : [])].map(({ name, inputs, outputs }) => ({
      name,
      inputs: paths(inputs),
      outputs: paths(outputs),
    })),
  }));
}
