import { readFileSync } from 'node:fs';
import { scalar } from '../../src/import/tflite/flatbuffer.ts';
import { readTflite, type TfliteOperator } from '../../src/import/tflite/model.ts';
import { optionTypes, tensorTypes } from '../../src/import/tflite/schema.ts';
import { int32Bytes, type WriteOperator, type WriteTensor, writeTflite } from '../import/write-tflite.ts';

const folder = 'test/data/litenet_digits/';

/** The option fields that the operators of LiteNet have. */
const fields: Readonly<Record<string, readonly ('int8' | 'int32')[]>> = {
  CONV_2D: ['int8', 'int32', 'int32', 'int8', 'int32', 'int32'],
  DEPTHWISE_CONV_2D: ['int8', 'int32', 'int32', 'int32', 'int8', 'int32', 'int32'],
  FULLY_CONNECTED: ['int8', 'int8', 'int8'],
  ADD: ['int8'],
  MEAN: ['int8'],
};

function operatorOf({ name, inputs, outputs, optionsType, options }: TfliteOperator): WriteOperator {
  const values = (fields[name] ?? []).map((kind, slot) => {
    const isDilation = (name === 'CONV_2D' && slot > 3) || (name === 'DEPTHWISE_CONV_2D' && slot > 4);
    return [slot, kind, scalar(options, slot, kind === 'int8' ? 'Int8' : 'Int32', isDilation ? 1 : 0)] as const;
  });
  return { name, inputs, outputs, optionsType, options: values };
}

/**
 * LiteNet for digits as converters write it by default: real at its borders, with QUANTIZE before and DEQUANTIZE behind, or, as
 * `argMax`, with the index of the class in place of its scores.
 */
export function realDigits(argMax?: 'int32' | 'int64'): Uint8Array {
  const file = readTflite(readFileSync(`${folder}litenet_digits_int8.tflite`), 'digits');
  const tensors = file.tensors.map(({ name, shape, type, quantization, bytes }): WriteTensor => {
    const { scale, zeroPoint, dimension } = quantization ?? { scale: [], zeroPoint: [], dimension: 0 };
    return { name, shape, type, scale, zeroPoint, dimension, ...(bytes && { bytes }) };
  });
  const add = (tensor: WriteTensor): number => tensors.push(tensor) - 1;
  const [x, y] = [file.inputs[0] as number, file.outputs[0] as number];
  const image = add({ name: 'image', shape: [1, 8, 8, 1], type: 'float32' });
  const first: WriteOperator = { name: 'QUANTIZE', inputs: [image], outputs: [x] };
  const last: WriteOperator = argMax
    ? {
        name: 'ARG_MAX',
        inputs: [y, add({ shape: [1], type: 'int32', bytes: int32Bytes([-1]) })],
        outputs: [add({ name: 'class', shape: [1], type: argMax })],
        optionsType: optionTypes.ArgMaxOptions,
        options: [[0, 'int8', tensorTypes.indexOf(argMax)]],
      }
    : { name: 'DEQUANTIZE', inputs: [y], outputs: [add({ name: 'scores', shape: [1, 10], type: 'float32' })] };
  const operators = [first, ...file.operators.map(operatorOf), last];
  return writeTflite({ tensors, operators, inputs: [image], outputs: [...last.outputs] });
}

/** Its images as real values, which its int8 inputs stand for, and the scores of each image that TFLite gives in int8. */
export function realDigitsData(): { images: Float32Array; scores: Int8Array; scale: number; zeroPoint: number } {
  const { tensors, inputs, outputs } = readTflite(readFileSync(`${folder}litenet_digits_int8.tflite`), 'digits');
  const of = (id: number | undefined) => {
    const { scale = [], zeroPoint = [] } = tensors[id ?? -1]?.quantization ?? {};
    return { scale: scale[0] as number, zeroPoint: zeroPoint[0] as number };
  };
  const x = of(inputs[0]);
  const bytes = new Int8Array(readFileSync(`${folder}test_inputs_int8_nhwc.bin`));
  const images = Float32Array.from(bytes, (q) => x.scale * (q - x.zeroPoint));
  return { images, scores: new Int8Array(readFileSync(`${folder}test_outputs_int8_ref.bin`)), ...of(outputs[0]) };
}
