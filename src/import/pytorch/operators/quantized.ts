import type { Quantization } from '../../../graph/tensor.ts';
import { numbersOf } from '../../nchw/constants.ts';
import { misfit } from '../../nchw/frame.ts';
import type { Constant, Value } from '../../nchw/value.ts';
import { stridesOf } from '../../nchw/value.ts';
import type { AtenConverter, AtenEntry, AtenNode } from '../aten-node.ts';

/** Types that PT2E quantises to, and what their zero points are less here: uint8 is int8 inside. */
const shifts: Readonly<Record<string, number>> = { int8: 0, uint8: 128 };

/** The scale and zero point of an activation, as int8. Throws Misfit for another type or a part of its range. */
export function activationQuantization(node: AtenNode): Quantization {
  const dtype = node.type('dtype') ?? 'int8';
  const shift = shifts[dtype];
  if (shift === undefined) return misfit(`values of ${dtype} are not supported (int8, uint8)`);
  const [least, most] = [node.number('quant_min') - shift, node.number('quant_max') - shift];
  if (least !== -128 || most !== 127) {
    return misfit(`values from ${least + shift} to ${most + shift} are not supported (all of ${dtype})`);
  }
  return { scale: [Math.fround(node.number('scale'))], zeroPoint: [node.number('zero_point') - shift], axis: 0 };
}

/** A computed tensor in the scale that the file gives it; most were made in it. */
const convertQuantize: AtenConverter = (node) => {
  const x = node.required('input');
  const quantization = activationQuantization(node);
  if (x.kind === 'constant') return fakeQuantized(node, x, quantization);
  if (node.frame.writer.tensor(x.id).dtype === 'f32')
    return misfit('it quantises what is real (an input, or what is quantised around it)');
  return { ...x, id: node.frame.requantized(x.id, { dtype: 'i8', quantization }) };
};

/** A constant as the values that its quantised ones stand for. */
function fakeQuantized(node: AtenNode, x: Constant, quantization: Quantization): Constant {
  const [scale, zeroPoint] = [quantization.scale[0], quantization.zeroPoint[0]];
  const [least, most] = [node.number('quant_min'), node.number('quant_max')];
  const shift = shifts[node.type('dtype') ?? 'int8'];
  const data = Float32Array.from(x.data, (value) => {
    const q = Math.min(Math.max(Math.round(value / scale) + zeroPoint, least - shift), most - shift);
    return Math.fround((q - zeroPoint) * scale);
  });
  return { ...x, data, quantization: { ...quantization, type: 'i8' } };
}

/** Back to real values: what is computed stays as it is, constants become what they stand for. */
const convertDequantize: AtenConverter = (node) => {
  const x = node.required('input');
  if (x.kind === 'activation') return x;
  if (x.quantization) return x;
  return dequantized(node, x, [node.number('scale')], [node.number('zero_point')], 0);
};

const convertPerChannel: AtenConverter = (node) => {
  const x = node.required('input');
  if (x.kind === 'activation')
    return misfit('a scale for each channel of what is computed is not supported (one scale)');
  const scales = numbersOf(node.constant('scales') ?? misfit('its scales are computed (a constant)'));
  const zeros = node.has('zero_points') ? numbersOf(node.constant('zero_points') as Constant) : scales.map(() => 0);
  return dequantized(node, x, scales, zeros, node.number('axis'));
};

/** A constant of whole numbers as the real values that it stands for, which remember their scales. */
function dequantized(
  node: AtenNode,
  x: Constant,
  scales: readonly number[],
  zeros: readonly number[],
  axis: number,
): Value {
  const dtype = node.type('dtype') ?? 'int8';
  const shift = shifts[dtype] ?? 0;
  const isBias = dtype === 'int32';
  if (shifts[dtype] === undefined && !isBias) return misfit(`constants of ${dtype} are not supported (int8, uint8)`);
  if (scales.length > 1 && x.shape[axis] !== scales.length) {
    return misfit(`${scales.length} scales do not fit axis ${axis} of [${x.shape.join(', ')}]`);
  }
  const scale = scales.map(Math.fround);
  const stride = stridesOf(x.shape)[axis] ?? 1;
  const data = new Float32Array(x.data.length);
  for (let i = 0; i < data.length; i++) {
    const k = scale.length > 1 ? Math.floor(i / stride) % scale.length : 0;
    data[i] = (x.data[i] - zeros[k]) * scale[k];
  }
  const zeroPoint = zeros.map((zero) => zero - shift);
  return { ...x, data, quantization: { scale, zeroPoint, axis, type: isBias ? 'i32' : 'i8' } };
}

export const quantized: Readonly<Record<string, AtenEntry>> = {
  'quantized_decomposed.quantize_per_tensor': { convert: convertQuantize },
  'quantized_decomposed.dequantize_per_tensor': { convert: convertDequantize },
  'quantized_decomposed.dequantize_per_channel': { convert: convertPerChannel },
};
