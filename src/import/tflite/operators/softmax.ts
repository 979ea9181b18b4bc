import { softmax } from '../../../ops/softmax.ts';
import { problem } from '../../conversion.ts';
import { emit } from '../../emit.ts';
import { operand } from '../../operand.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter } from '../node.ts';
import { softmaxOptions } from '../schema.ts';
import { zeroPointInFile } from '../shift-uint8.ts';

/** TFLite takes these output parameters only: 1/256 within a thousandth of it, and the least value as zero point. */
const outputScale = 1 / 256;

export const convertSoftmax: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const beta = scalar(node.operator.options, softmaxOptions.beta, 'Float32');
  const { quantization, type } = node.output;
  if (!(beta > 0 && beta < Infinity)) {
    problem(node, `beta ${beta} is not supported (above 0)`);
    return;
  }
  const [scale = outputScale] = quantization?.scale ?? [];
  const zeroPoint = quantization?.zeroPoint[0] ?? 0;
  if (type === 'int8' && (Math.abs(scale - outputScale) > outputScale / 1000 || zeroPoint !== -128)) {
    const [given, least] = [zeroPointInFile(node.output, zeroPoint), zeroPointInFile(node.output, -128)];
    problem(node, `an output of scale ${scale} and zero point ${given} is not supported (1/256 and ${least})`);
    return;
  }
  if (x) emit(node, softmax, { beta }, [x.id]);
};
