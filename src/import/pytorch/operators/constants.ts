import { combined, expandedTo, filled, mapped, numbersOf } from '../../nchw/constants.ts';
import { misfit } from '../../nchw/frame.ts';
import { axesFrom } from '../../nchw/layers/reduction.ts';
import { reshapedTo } from '../../nchw/layers/shape.ts';
import { type Constant, integerConstant, shapeOfValue, type Value } from '../../nchw/value.ts';
import type { AtenConverter, AtenEntry, AtenNode } from '../aten-node.ts';

const self = (node: AtenNode): Value => node.required('self');

/** Only what is there already, or constants, is expanded. */
function expanded(node: AtenNode, shape: readonly number[], x = self(node)): Value {
  const from = shapeOfValue(x);
  const full = shape.map((size, axis) => (size === -1 ? from[axis - shape.length + from.length] : size));
  if (x.kind === 'constant') return expandedTo(x, full);
  if (String(from) === String(full)) return x;
  const isOne = from.reduce((product, size) => product * size, 1) === full.reduce((product, size) => product * size, 1);
  return isOne
    ? reshapedTo(node.frame, x, full)
    : misfit(`it repeats [${from.join(', ')}] to [${full.join(', ')}] (constants alone)`);
}

const isRealType = (dtype: string | undefined): boolean => dtype === undefined || dtype.includes('float');

const convertFull =
  (value: number | string): AtenConverter =>
  (node) =>
    filled(
      node.numbers('size'),
      typeof value === 'number' ? value : node.number(value),
      isRealType(node.type('dtype')),
    );

const convertFullLike =
  (value: number | string): AtenConverter =>
  (node) =>
    filled(
      shapeOfValue(self(node)),
      typeof value === 'number' ? value : node.number(value),
      isRealType(node.type('dtype')),
    );

const convertArange: AtenConverter = (node) => {
  const [start, end, step] = [node.number('start', 0), node.number('end'), node.number('step', 1)];
  const count = Math.max(0, Math.ceil((end - start) / step));
  const whole = [start, end, step].every(Number.isInteger) && !node.type('dtype')?.includes('float');
  const values = mapped(filled([count], 0, !whole), () => 0);
  return { ...values, data: values.data.map((_, i) => start + i * step) } as Constant;
};

/** To another type: of constants the values change, what is computed stays real. */
const convertTo: AtenConverter = (node) => {
  const x = node.required('self');
  const dtype = node.type('dtype');
  if (x.kind !== 'constant') {
    return isRealType(dtype) ? x : misfit(`a conversion to ${dtype} is not supported (real values)`);
  }
  if (dtype === undefined) return x;
  if (isRealType(dtype)) return mapped(x, (value) => value, true);
  return mapped(x, (value) => (dtype === 'bool' ? (value === 0 ? 0 : 1) : Math.trunc(value)), false);
};

const convertSize: AtenConverter = (node) =>
  integerConstant([], [shapeOfValue(self(node))[axesFrom([node.number('dim')], shapeOfValue(self(node)).length)[0]]]);

/** Arithmetic on sizes. */
const ofSizes = (f: (a: number, b: number) => number): AtenEntry => {
  const operand = (node: AtenNode, at: number): Constant => {
    const name = [...node.node.arguments.keys()][at];
    return integerConstant([], [node.number(name ?? `${at}`)]);
  };
  return { convert: (node) => combined(operand(node, 0), operand(node, 1), f, false) };
};

const convertItem: AtenConverter = (node) => {
  const [value] = numbersOf(node.constant('self') ?? misfit('its input is computed (a constant)'));
  return integerConstant([], [value]);
};

const nothing: AtenConverter = () => [];

/** Tensors that are known on import, and arithmetic on sizes. */
export const constants: Readonly<Record<string, AtenEntry>> = {
  'aten.expand': { convert: (node) => expanded(node, node.numbers('size')), view: true },
  // What stands in it after: its own values are gone.
  'aten.copy': { keeps: true, convert: (node) => expanded(node, shapeOfValue(self(node)), node.required('src')) },
  'aten.expand_as': { convert: (node) => expanded(node, shapeOfValue(node.required('other'))), view: true },
  'aten.zeros': { convert: convertFull(0) },
  'aten.ones': { convert: convertFull(1) },
  'aten.full': { convert: convertFull('fill_value') },
  'aten.zeros_like': { convert: convertFullLike(0) },
  'aten.ones_like': { convert: convertFullLike(1) },
  'aten.full_like': { convert: convertFullLike('fill_value') },
  'aten.scalar_tensor': { convert: (node) => filled([], node.number('s'), isRealType(node.type('dtype'))) },
  'aten.arange': { convert: convertArange },
  'aten.to': { convert: convertTo, view: true },
  'aten._to_copy': { convert: convertTo },
  'aten.item': { convert: convertItem },
  'aten.sym_size': { convert: convertSize },
  'aten._assert_tensor_metadata': { convert: nothing },
  'aten._assert_scalar': { convert: nothing },
  'aten.sym_constrain_range_for_size': { convert: nothing },
  '_operator.add': ofSizes((a, b) => a + b),
  '_operator.sub': ofSizes((a, b) => a - b),
  '_operator.mul': ofSizes((a, b) => a * b),
  '_operator.floordiv': ofSizes((a, b) => Math.floor(a / b)),
  '_operator.mod': ofSizes((a, b) => a - b * Math.floor(a / b)),
  '_operator.ge': ofSizes((a, b) => (a >= b ? 1 : 0)),
  '_operator.le': ofSizes((a, b) => (a <= b ? 1 : 0)),
  '_operator.eq': ofSizes((a, b) => (a === b ? 1 : 0)),
  '_operator.lt': ofSizes((a, b) => (a < b ? 1 : 0)),
  '_operator.gt': ofSizes((a, b) => (a > b ? 1 : 0)),
};
