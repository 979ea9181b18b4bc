import { dequantize } from '../../../ops/dequantize.ts';
import type { Converter } from '../conversion.ts';
import { emit } from '../emit.ts';
import { operand } from '../operand.ts';

export const convertDequantize: Converter = (node) => {
  const x = operand(node, 0);
  if (x) emit(node, dequantize, {}, [x.id]);
};
