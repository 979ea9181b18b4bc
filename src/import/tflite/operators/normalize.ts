import type { ElementwiseAttributes } from '../../../graph/attributes.ts';
import type { Op } from '../../../graph/op.ts';
import { l2Normalize } from '../../../ops/l2-normalize.ts';
import { logSoftmax } from '../../../ops/log-softmax.ts';
import { problem } from '../../conversion.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { readActivation } from '../options.ts';
import { l2NormOptions } from '../schema.ts';
import { convertElementwise } from './elementwise.ts';

/** TFLite's uint8 kernels of these round otherwise than its int8 ones. */
function convertSigned(node: TfliteNode, op: Op<ElementwiseAttributes>): void {
  if (node.output.shifted) problem(node, 'uint8 is not supported (int8, or a float model for quantize)');
  else convertElementwise(op)(node);
}

export const convertLogSoftmax: TfliteConverter = (node) => convertSigned(node, logSoftmax);

export const convertL2Normalization: TfliteConverter = (node) => {
  const activation = readActivation(node, l2NormOptions.activation);
  if (activation === undefined) return;
  if (activation !== 'none') problem(node, `a fused activation (${activation}) is not supported (none)`);
  else convertSigned(node, l2Normalize);
};
