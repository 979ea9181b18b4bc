import { gelu } from '../../../ops/gelu.ts';
import { emit } from '../../emit.ts';
import { operand } from '../../operand.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter } from '../node.ts';
import { geluOptions } from '../schema.ts';

export const convertGelu: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const approximate = scalar(node.operator.options, geluOptions.approximate, 'Uint8') !== 0;
  if (x) emit(node, gelu, { approximate }, [x.id]);
};
