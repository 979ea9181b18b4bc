import { prelu } from '../../../ops/prelu.ts';
import { problem } from '../../conversion.ts';
import { emit } from '../../emit.ts';
import { operand } from '../../operand.ts';
import type { TfliteConverter } from '../node.ts';

export const convertPrelu: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const slopes = operand(node, 1);
  if (!x || !slopes) return;
  if (node.activations.has(slopes.file.index)) problem(node, 'its slopes must be constant; they are computed');
  else emit(node, prelu, {}, [x.id, slopes.id]);
};
