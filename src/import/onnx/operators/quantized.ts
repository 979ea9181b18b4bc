import { equalQuantization } from '../../../graph/quantization.ts';
import type { Quantization } from '../../../graph/tensor.ts';
import { numbersOf } from '../../nchw/constants.ts';
import { misfit } from '../../nchw/frame.ts';
import { axesFrom } from '../../nchw/layers/reduction.ts';
import { type Activation, type Constant, shapeOfValue, type Value } from '../../nchw/value.ts';
import { dequantizedConstant, fakeQuantizedConstant, type Scales, shiftOf } from '../../quantization/constants.ts';
import { type OnnxConverter, type OnnxEntry, OnnxNode } from '../onnx-node.ts';
import { dataTypeOf } from '../schema.ts';
import { functions } from './functions.ts';
import { layers } from './layers.ts';
import { shapes } from './shapes.ts';

/** Scales and zero points that are inputs `at` and the next. Zero points that are left out are 0, of the type `otherwise`. */
function scalesAt(node: OnnxNode, at: number, axis: number, otherwise: string): Scales {
  const scales = numbersOf(node.constant(at, 'scales') ?? misfit(`its scales, input ${at}, are missing`));
  const given = node.constant(at + 1, 'zero points');
  const zeros = given ? numbersOf(given) : scales.map(() => 0);
  if (given && !given.type) misfit('the type of its zero points is not known (zero points of the file)');
  return { scales, zeros, axis, dtype: given?.type ?? otherwise };
}

/** One scale of a byte's type. */
function quantizationOf({ scales, zeros, dtype }: Scales): Quantization {
  const shift = shiftOf(dtype);
  if (scales.length !== 1 || zeros.length !== 1) {
    misfit(`${scales.length} scales of what is computed are not supported (one)`);
  }
  const [scale, zeroPoint] = [Math.fround(scales[0]), zeros[0] - shift];
  if (!(scale > 0 && Number.isFinite(scale))) misfit(`its scale is ${scale} (above 0)`);
  if (!(zeroPoint >= -128 && zeroPoint <= 127)) misfit(`its zero point is ${zeros[0]} (a value of ${dtype})`);
  return { scale: [scale], zeroPoint: [zeroPoint], axis: 0 };
}

function checkBlocks(node: OnnxNode): void {
  const size = node.int('block_size', 0);
  if (size !== 0)
    misfit(`scales for blocks of ${size} are not supported (one scale, or one for each index of an axis)`);
}

/** The type that a node quantises to, where it has no zero point: uint8, or what it says since opset 21. */
const namedType = (node: OnnxNode): string => {
  const number = node.int('output_dtype', 0);
  return number === 0 ? 'uint8' : dataTypeOf(number);
};

const axisOf = (node: OnnxNode): number => {
  const rank = shapeOfValue(node.required(0)).length;
  const axis = node.int('axis', 1);
  return axis >= -rank && axis < rank ? axesFrom([axis], rank)[0] : 0;
};

/** A computed tensor in the scale that the file gives it; most were made in it. */
const convertQuantize: OnnxConverter = (node) => {
  checkBlocks(node);
  const x = node.required(0);
  const scales = scalesAt(node, 1, axisOf(node), namedType(node));
  if (x.kind === 'constant') {
    const most = shiftOf(scales.dtype) + 127;
    return fakeQuantizedConstant(x, scales, [most - 255, most]);
  }
  if (node.frame.isReal) return x;
  const quantization = quantizationOf(scales);
  if (node.frame.writer.tensor(x.id).dtype === 'f32') {
    return misfit('it quantises what is real (an input, or what is quantised around it)');
  }
  return { ...x, id: node.frame.requantized(x.id, { dtype: 'i8', quantization }) };
};

/** Back to real values: what is computed stays as it is, constants become what they stand for. */
const convertDequantize: OnnxConverter = (node) => {
  checkBlocks(node);
  const x = node.required(0);
  if (x.kind === 'constant') {
    return x.quantization
      ? x
      : dequantizedConstant(x, scalesAt(node, 1, axisOf(node), x.type ?? 'values of an unknown type'));
  }
  return fed(node, x, 1);
};

/** A tensor that is made in the scale that its reader, of scales `at` and the next, takes it for. */
function fed(node: OnnxNode, x: Activation, at: number): Value {
  const { quantization } = node.frame.writer.tensor(x.id);
  // A zero point that is left out is 0 in the type that the tensor has.
  const taken = quantizationOf(scalesAt(node, at, 0, quantization?.zeroPoint[0] === 0 ? 'int8' : 'uint8'));
  if (!quantization || equalQuantization(quantization, taken)) return x;
  const shown = ({ scale, zeroPoint }: Quantization): string => `scale ${scale[0]} and zero point ${zeroPoint[0]}`;
  return misfit(`it takes values of ${shown(quantization)} for those of ${shown(taken)} (the same)`);
}

/** The operand of three inputs from `at` on, in real values: itself, its scales and its zero points. */
function operandAt(node: OnnxNode, at: number, axis = 0): Value {
  const x = node.required(at);
  if (x.kind === 'constant') {
    return x.quantization
      ? x
      : dequantizedConstant(x, scalesAt(node, at + 1, axis, x.type ?? 'values of an unknown type'));
  }
  return fed(node, x, at + 1);
}

/** The biases of a product, in its scale: that of x times those of the weights. */
function biasAt(node: OnnxNode, at: number, weightsAt: number): Constant | undefined {
  const bias = node.constant(at, 'biases');
  if (!bias) return undefined;
  const [xScale] = numbersOf(node.constant(1, 'scales') ?? misfit('its scales are missing'));
  const weights = numbersOf(
    node.constant(weightsAt + 1, 'scales of weights') ?? misfit('its scales of weights are missing'),
  );
  const scales = weights.map((scale) => Math.fround(xScale) * Math.fround(scale));
  const zeros = scales.map(() => 0);
  if (scales.length > 1 && bias.data.length !== scales.length) {
    return misfit(`its bias has ${bias.data.length} values for ${scales.length} outputs`);
  }
  return dequantizedConstant(bias, { scales, zeros, axis: bias.shape.length - 1, dtype: 'int32' });
}

/** An operator of integers as that of the real values which they stand for: the graph's is of integers again. */
const asReal =
  (entry: OnnxEntry, operands: (node: OnnxNode) => readonly (Value | undefined)[]): OnnxConverter =>
  (node) => {
    const values = operands(node);
    const inputs = values.map((value, i) => (value ? `${i}` : ''));
    const { frame, data, opset } = node;
    return entry.convert(new OnnxNode(frame, { ...data, inputs }, opset, (name) => values[Number(name)]));
  };

/** Where the scale and zero point of the output stand. */
type OutputAt = (node: OnnxNode) => number;

interface QuantizedEntry extends OnnxEntry {
  /** Its output is quantised: in the scale at this input. Absent: it is none that says so. */
  readonly outputAt?: OutputAt;
}

function integer(
  entry: OnnxEntry,
  outputAt: number,
  operands: (node: OnnxNode) => readonly (Value | undefined)[],
  attributes = entry.attributes,
): QuantizedEntry {
  return { ...(attributes && { attributes }), convert: asReal(entry, operands), outputAt: () => outputAt };
}

const one = (node: OnnxNode): readonly Value[] => [operandAt(node, 0)];
const two = (node: OnnxNode): readonly Value[] => [operandAt(node, 0), operandAt(node, 3)];
const mapsFirst = (entry: OnnxEntry): OnnxEntry => ({
  convert: (node) =>
    node.int('channels_last', 0) === 0 ? entry.convert(node) : misfit('its channels come last (channels_last=0)'),
});
const withChannels = ({ attributes = [] }: OnnxEntry): readonly string[] => [...attributes, 'channels_last'];

const { Conv, Gemm, MatMul, AveragePool, GlobalAveragePool } = layers;
const { Add, Mul, LeakyRelu, Sigmoid, Softmax } = functions;

/** Of opset 13 or an earlier one, as an attribute says. */
const convertSoftmax: OnnxConverter = (node) => {
  const { frame, data } = node;
  return Softmax.convert(
    new OnnxNode(frame, data, node.int('opset', 13), (name) => node.input(data.inputs.indexOf(name))),
  );
};

const concatenation = (node: OnnxNode): readonly Value[] =>
  Array.from({ length: Math.floor((node.data.inputs.length - 2) / 3) }, (_, i) => operandAt(node, 2 + 3 * i));

const quantizeLinear: QuantizedEntry = {
  attributes: ['axis', 'saturate', 'block_size', 'output_dtype', 'precision'],
  convert: convertQuantize,
};
const dequantizeLinear: QuantizedEntry = {
  keeps: true,
  attributes: ['axis', 'block_size', 'output_dtype'],
  convert: convertDequantize,
};

/** Operators of integers: those of ONNX, and those that ONNX Runtime adds. */
export const quantized: Readonly<Record<string, QuantizedEntry>> = {
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
  'com.microsoft.QuantizeLinear': quantizeLinear,
  'com.microsoft.DequantizeLinear': dequantizeLinear,
  QLinearConv: integer(Conv, 6, (node) => [operandAt(node, 0), operandAt(node, 3), biasAt(node, 8, 3)]),
  QLinearMatMul: integer(MatMul, 6, (node) => [operandAt(node, 0), operandAt(node, 3, lastAxis(node, 3))]),
  'com.microsoft.QGemm': integer(Gemm, 7, (node) => [
    operandAt(node, 0),
    operandAt(node, 3, node.int('transB', 0) === 0 ? 1 : 0),
    biasAt(node, 6, 3),
  ]),
  'com.microsoft.QLinearAdd': integer(Add, 6, two),
  'com.microsoft.QLinearMul': integer(Mul, 6, two),
  'com.microsoft.QLinearAveragePool': integer(mapsFirst(AveragePool), 3, one, withChannels(AveragePool)),
  'com.microsoft.QLinearGlobalAveragePool': integer(mapsFirst(GlobalAveragePool), 3, one, ['channels_last']),
  'com.microsoft.QLinearLeakyRelu': integer(LeakyRelu, 3, one),
  'com.microsoft.QLinearSigmoid': integer(Sigmoid, 3, one),
  'com.microsoft.QLinearSoftmax': integer({ convert: convertSoftmax }, 3, one, ['axis', 'opset']),
  'com.microsoft.QLinearConcat': integer(shapes.Concat, 0, concatenation),
};

const lastAxis = (node: OnnxNode, at: number): number => shapeOfValue(node.required(at)).length - 1;

/** How a node quantises, for the plan of all scales: the scale of what it makes. Throws Misfit for one that is not supported. */
export function outputQuantization(node: OnnxNode): Quantization | undefined {
  const entry = Object.hasOwn(quantized, node.data.op) ? quantized[node.data.op] : undefined;
  if (entry === quantizeLinear) return quantizationOf(scalesAt(node, 1, 0, namedType(node)));
  const at = entry?.outputAt?.(node);
  return at === undefined || !node.input(at) ? undefined : quantizationOf(scalesAt(node, at, 0, 'uint8'));
}

/** The scale that a node takes its first input for, where that is of whole numbers. */
export function inputQuantization(node: OnnxNode): Quantization | undefined {
  const entry = Object.hasOwn(quantized, node.data.op) ? quantized[node.data.op] : undefined;
  const isTaken = entry !== undefined && entry !== quantizeLinear && !node.data.op.endsWith('QLinearConcat');
  return isTaken ? quantizationOf(scalesAt(node, 1, 0, 'uint8')) : undefined;
}

/** Whether what a node does is to quantise. */
export const isQuantize = (op: string): boolean => Object.hasOwn(quantized, op) && quantized[op] === quantizeLinear;
