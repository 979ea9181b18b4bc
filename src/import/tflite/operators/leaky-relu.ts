import { leakyRelu } from '../../../ops/leaky-relu.ts';
import { problem } from '../../conversion.ts';
import { emit } from '../../emit.ts';
import { operand } from '../../operand.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter } from '../node.ts';
import { leakyReluOptions } from '../schema.ts';

export const convertLeakyRelu: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const alpha = scalar(node.operator.options, leakyReluOptions.alpha, 'Float32');
  if (!Number.isFinite(alpha)) problem(node, `alpha ${alpha} is not supported (a number)`);
  else if (x) emit(node, leakyRelu, { alpha }, [x.id]);
};
