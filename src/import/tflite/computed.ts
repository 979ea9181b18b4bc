import type { AnyOp } from '../../graph/op.ts';
import { reshape } from '../../ops/reshape.ts';
import { constantOperators } from './fold-constants.ts';
import { customOperators, operators } from './operators.ts';
import { detectionOperator } from './postprocess.ts';
import { shapeOperators } from './shape-arithmetic.ts';
import { variableOperators } from './variables.ts';

/** What is said, beside the table, of operators that become no nodes. */
export const computedOnImport: string =
  `${shapeOperators.join(', ')} of shapes are computed on import, where the target of a reshape or resize is made of them, ` +
  `and ${constantOperators.join(', ')} of constants, where weights are made of them. ` +
  'SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND around a convolution are its dilation. ' +
  `The custom operator ${detectionOperator} at the end of a model is computed by hosts (liteblock/detect).`;

/** Every operator of a `.tflite` that is taken, by name, and the ops that it may become. Those of variables leave copies. */
export const tfliteOperators: readonly { readonly name: string; readonly becomes: readonly AnyOp[] }[] = [
  ...Array.from([...operators, ...customOperators], ([name, { becomes }]) => ({ name, becomes })),
  ...variableOperators.map((name) => ({ name, becomes: [reshape] })),
].sort((a, b) => (a.name < b.name ? -1 : 1));
