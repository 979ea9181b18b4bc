import type { Activation, ElementwiseAttributes } from '../../../graph/attributes.ts';
import type { Op } from '../../../graph/op.ts';
import { relu } from '../../../ops/relu.ts';
import { problem } from '../../conversion.ts';
import { emit } from '../../emit.ts';
import { operand } from '../../operand.ts';
import type { TfliteConverter } from '../node.ts';
import { zeroPointInFile } from '../shift-uint8.ts';

/** A function of one value, or of one and those of its pixel, without options. */
export const convertElementwise =
  (op: Op<ElementwiseAttributes>): TfliteConverter =>
  (node) => {
    const x = operand(node, 0);
    const fixed = op.operands.outputs[0].fixed;
    const { quantization, type } = node.output;
    if (x && fixed && type === 'int8' && quantization) {
      const [scale, zeroPoint] = [quantization.scale[0], quantization.zeroPoint[0] ?? 0];
      if (scale !== fixed.scale || zeroPoint !== fixed.zeroPoint) {
        const [given, wanted] = [zeroPoint, fixed.zeroPoint].map((value) => zeroPointInFile(node.output, value));
        const works = `1/${1 / fixed.scale} and ${wanted}`;
        problem(node, `an output of scale ${scale} and zero point ${given} is not supported (${works})`);
        return;
      }
    }
    if (x) emit(node, op, {}, [x.id]);
  };

/** A clamp that stands alone. */
export const convertRelu =
  (activation: Activation): TfliteConverter =>
  (node) => {
    const x = operand(node, 0);
    if (x) emit(node, relu, { activation }, [x.id]);
  };
