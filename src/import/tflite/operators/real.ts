import type { ElementwiseAttributes } from '../../../graph/attributes.ts';
import type { Op } from '../../../graph/op.ts';
import { mul } from '../../../ops/mul.ts';
import { pow } from '../../../ops/pow.ts';
import { problem } from '../../conversion.ts';
import { emit } from '../../emit.ts';
import { constant, fileInput, operand } from '../../operand.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { readActivation } from '../options.ts';
import { divOptions } from '../schema.ts';

/**
 * Operators that TFLite has for real values only: in a float model they are taken, and `quantize` gives them int8 tables or
 * products of its own.
 */
function isReal(node: TfliteNode): boolean {
  if (node.output.type === 'float32') return true;
  const { type, shifted } = node.output;
  const what = `TFLite has no ${shifted ? 'uint8' : type} kernel of it that is supported`;
  problem(node, `${what}: give the float model to quantize`);
  return false;
}

/** A function of one real value without options. */
export const convertReal =
  (op: Op<ElementwiseAttributes>): TfliteConverter =>
  (node) => {
    const x = isReal(node) ? operand(node, 0) : undefined;
    if (x) emit(node, op, {}, [x.id]);
  };

/** x · x. */
export const convertSquare: TfliteConverter = (node) => {
  const x = isReal(node) ? operand(node, 0) : undefined;
  if (x) emit(node, mul, { activation: 'none' }, [x.id, x.id]);
};

/** The real values of input 1, which must be a constant. */
function realConstant(node: TfliteNode, what: string): Float32Array | undefined {
  const file = fileInput(node, 1);
  if (!file) return problem(node, `its ${what} is missing`);
  if (node.activations.has(file.index)) return problem(node, `its ${what} must be constant; it is computed`);
  const id = constant(node, file, file.shape, 0);
  const data = id === undefined ? undefined : node.writer.tensor(id).data;
  return data instanceof Float32Array ? data : undefined;
}

/** A power with one constant exponent. */
export const convertPow: TfliteConverter = (node) => {
  const x = isReal(node) ? operand(node, 0) : undefined;
  const exponents = x && realConstant(node, 'exponent');
  if (!x || !exponents) return;
  const [exponent = Number.NaN] = exponents;
  if (exponents.some((value) => value !== exponent) || !Number.isFinite(exponent)) {
    problem(node, `exponents that differ or are not finite are not supported (one for all values)`);
    return;
  }
  emit(node, pow, { exponent }, [x.id]);
};

/** A quotient by a constant: the product with its reciprocals. */
export const convertDiv: TfliteConverter = (node) => {
  const activation = readActivation(node, divOptions.activation);
  const x = isReal(node) ? operand(node, 0) : undefined;
  const divisors = x && realConstant(node, 'divisor');
  const divisor = divisors && operand(node, 1);
  if (!x || !divisor || !activation) return;
  if (divisors.some((value) => !Number.isFinite(Math.fround(1 / value)))) {
    problem(node, 'a divisor of 0, or with a reciprocal that float32 does not hold, is not supported');
    return;
  }
  const { data, ...rest } = node.writer.tensor(divisor.id);
  const reciprocals = (data as Float32Array).map((value) => 1 / value);
  const factor = node.writer.constant({ ...rest, name: `1/${rest.name}`, data: reciprocals });
  emit(node, mul, { activation }, [x.id, factor]);
};
