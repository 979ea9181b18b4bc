import { quantize } from '../../../ops/quantize.ts';
import { quantizeReal } from '../../../ops/quantize-real.ts';
import { emit } from '../../emit.ts';
import { operand } from '../../operand.ts';
import type { TfliteConverter } from '../node.ts';

export const convertQuantize: TfliteConverter = (node) => {
  const x = operand(node, 0);
  if (x) emit(node, x.file.type === 'float32' ? quantizeReal : quantize, {}, [x.id]);
};
