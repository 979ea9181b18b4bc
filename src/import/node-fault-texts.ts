import type { NodeFault } from '../graph/node-faults.ts';
import type { NodeView } from '../graph/op.ts';
import type { DType } from '../graph/tensor.ts';
import { typeNames } from './file-model.ts';

type TypeFault = Extract<NodeFault, { kind: 'type' }>;

const isOfType = (fault: NodeFault): fault is TypeFault => fault.kind === 'type';

/** What is wrong with a node, in the words of the file that it comes from. */
export function nodeFaultTexts({ inputs }: NodeView, faults: readonly NodeFault[]): string[] {
  const strays = faults.filter(isOfType);
  const others = [...new Set(faults.filter((fault) => !isOfType(fault)).map(textOf))];
  if (strays.length > 0) return [...typeTexts(strays), ...others];
  const constant = inputs.every((tensor) => !tensor || tensor.data);
  return [...(constant ? ['all its inputs are constants; expected an activation'] : []), ...others];
}

function textOf(fault: Exclude<NodeFault, TypeFault>): string {
  switch (fault.kind) {
    case 'count':
      return `it ${fault.what}`;
    case 'scale':
    case 'sizes':
      return fault.what;
    case 'kept':
      return 'its input and output differ in type, scale or zero point (they must be equal)';
    case 'shape':
      return `it gives [${fault.shape}] per image, but the file declares [${fault.tensor.fileShape}]`;
  }
}

/** One text for each type that does not fit, naming the operands that have it. */
const typeTexts = (strays: readonly TypeFault[]): string[] =>
  [...new Set(strays.map(({ tensor }) => tensor.dtype))].map((dtype) => {
    const rules = strays.filter(({ tensor }) => tensor.dtype === dtype).map(({ rule }) => rule);
    const names = rules.map(({ name }) => name).join(', ');
    const works = [...new Set(rules.flatMap(({ dtypes }) => dtypes))].map((type) => typeNames[type]).join(', ');
    return `${names} ${rules.length > 1 ? 'are' : 'is'} ${typeNames[dtype]}${typeHint(dtype)} (${works})`;
  });

const typeHint = (dtype: DType): string => {
  if (dtype === 'u8') return ' without a scale';
  return dtype === 'f32' ? ': an int8 model is real at its borders only, at QUANTIZE and DEQUANTIZE' : '';
};
