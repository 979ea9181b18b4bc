import { dequantize } from '../../../ops/dequantize.ts';
import { emit } from '../../emit.ts';
import { operand } from '../../operand.ts';
import type { TfliteConverter } from '../node.ts';

export const convertDequantize: TfliteConverter = (node) => {
  const x = operand(node, 0);
  if (x) emit(node, dequantize, {}, [x.id]);
};
