import { constantOperators } from './fold-constants.ts';
import { shapeOperators } from './shape-arithmetic.ts';

/** What is said, beside the table, of operators that become no nodes. */
export const computedOnImport: string =
  `${shapeOperators.join(', ')} of shapes are computed on import, where the target of a reshape or resize is made of them, ` +
  `and ${constantOperators.join(', ')} of constants, where weights are made of them. ` +
  'SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND around a convolution are its dilation.';
