import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../data/ops/', import.meta.url));

interface Entry {
  readonly name: string;
  readonly file: string;
  readonly op: string;
  readonly inputs: readonly { readonly file: string }[];
  readonly output: { readonly file: string };
}

/** A single-operator model, its inputs and the output that TFLite gives: paths. */
export interface Vector {
  readonly name: string;
  readonly op: string;
  readonly path: string;
  readonly inputs: readonly string[];
  readonly output: string;
}

/** Operators whose vectors are held. */
export const operators = (
  'CONV_2D DEPTHWISE_CONV_2D FULLY_CONNECTED ADD MUL AVERAGE_POOL_2D MAX_POOL_2D MEAN PAD SOFTMAX QUANTIZE ' +
  'DEQUANTIZE RELU RELU6 LOGISTIC HARD_SWISH TRANSPOSE TRANSPOSE_CONV SUB TANH LEAKY_RELU CONCATENATION ' +
  'RESIZE_BILINEAR RESIZE_NEAREST_NEIGHBOR'
).split(' ');

/** The vectors of the operators there are. */
export const vectorsOf = (): Vector[] =>
  (JSON.parse(readFileSync(`${folder}manifest.json`, 'utf8')) as { ops: Entry[] }).ops
    .filter(({ op }) => operators.includes(op))
    .map(({ name, op, file, inputs, output }) => ({
      name,
      op,
      path: folder + file,
      inputs: inputs.map((input) => folder + input.file),
      output: folder + output.file,
    }));
