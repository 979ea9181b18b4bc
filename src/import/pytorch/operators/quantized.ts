import type { Quantization } from '../../../graph/tensor.ts';
import { numbersOf } from '../../nchw/constants.ts';
import { misfit } from '../../nchw/frame.ts';
import type { Constant } from '../../nchw/value.ts';
import { dequantizedConstant, fakeQuantizedConstant, type Scales, shiftOf } from '../../quantization/constants.ts';
import type { AtenConverter, AtenEntry, AtenNode } from '../aten-node.ts';

const typeOf = (node: AtenNode): string => node.type('dtype') ?? 'int8';

/** The one scale of a node. */
const scalesOf = (node: AtenNode): Scales => ({
  scales: [node.number('scale')],
  zeros: [node.number('zero_point')],
  axis: 0,
  dtype: typeOf(node),
});

/** The scale and zero point of an activation, as int8. Throws Misfit for another type or a part of its range. */
export function activationQuantization(node: AtenNode): Quantization {
  const dtype = typeOf(node);
  const shift = shiftOf(dtype);
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
  if (x.kind === 'constant') {
    return fakeQuantizedConstant(x, scalesOf(node), [node.number('quant_min'), node.number('quant_max')]);
  }
  if (node.frame.isReal) return x;
  if (node.frame.writer.tensor(x.id).dtype === 'f32')
    return misfit('it quantises what is real (an input, or what is quantised around it)');
  return { ...x, id: node.frame.requantized(x.id, { dtype: 'i8', quantization }) };
};

/** Back to real values: what is computed stays as it is, constants become what they stand for. */
const convertDequantize: AtenConverter = (node) => {
  const x = node.required('input');
  return x.kind === 'activation' || x.quantization ? x : dequantizedConstant(x, scalesOf(node));
};

/** Constants with a scale for each index of an axis. */
function perChannel(node: AtenNode): { readonly x: Constant; readonly scales: Scales } {
  const x = node.required('input');
  if (x.kind === 'activation')
    return misfit('a scale for each channel of what is computed is not supported (one scale)');
  const scales = numbersOf(node.constant('scales') ?? misfit('its scales are computed (a constant)'));
  const given = node.constant('zero_points');
  const zeros = given ? numbersOf(given) : scales.map(() => 0);
  return { x, scales: { scales, zeros, axis: node.number('axis'), dtype: typeOf(node) } };
}

const convertDequantizePerChannel: AtenConverter = (node) => {
  const { x, scales } = perChannel(node);
  return x.quantization ? x : dequantizedConstant(x, scales);
};

/** Weights that nodes quantise, and that are real in the file. */
const convertQuantizePerChannel: AtenConverter = (node) => {
  const { x, scales } = perChannel(node);
  return fakeQuantizedConstant(x, scales, [node.number('quant_min'), node.number('quant_max')]);
};

export const quantized: Readonly<Record<string, AtenEntry>> = {
  'quantized_decomposed.quantize_per_tensor': { convert: convertQuantize },
  'quantized_decomposed.quantize_per_channel': { convert: convertQuantizePerChannel },
  'quantized_decomposed.dequantize_per_tensor': { convert: convertDequantize },
  'quantized_decomposed.dequantize_per_channel': { convert: convertDequantizePerChannel },
};
