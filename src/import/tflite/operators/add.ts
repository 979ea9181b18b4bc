import { add } from '../../../ops/add.ts';
import type { Converter } from '../conversion.ts';
import { emit } from '../emit.ts';
import { operand } from '../operand.ts';
import { readActivation } from '../options.ts';
import { addOptions } from '../schema.ts';

export const convertAdd: Converter = (node) => {
  const a = operand(node, 0);
  const b = operand(node, 1);
  const activation = readActivation(node, addOptions.activation);
  if (a && b && activation) emit(node, add, { activation }, [a.id, b.id]);
};
