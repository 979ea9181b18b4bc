import { dequantize } from '../../../ops/dequantize.ts';
import { problem } from '../../conversion.ts';
import { emit } from '../../emit.ts';
import { operand } from '../../operand.ts';
import type { TfliteConverter } from '../node.ts';

/** Bytes as real values: those of a tensor of scale 1 and zero point 0, which a tensor without a scale is. */
export const convertCast: TfliteConverter = (node) => {
  const x = operand(node, 0);
  if (!x) return;
  const { writer, output } = node;
  const tensor = writer.tensor(x.id);
  const { scale = [1], zeroPoint = [0] } = tensor.quantization ?? {};
  if (!['i8', 'u8'].includes(tensor.dtype) || output.type !== 'float32') {
    problem(node, `from ${x.file.type} to ${output.type} is not supported (int8 or uint8 to float32)`);
  } else if (scale.length !== 1 || scale[0] !== 1 || zeroPoint[0] !== 0) {
    problem(node, `it reads the quantised bytes of "${x.file.name}" as values: use DEQUANTIZE`);
  } else {
    if (!tensor.quantization)
      writer.redeclare(x.id, { ...tensor, quantization: { scale: [1], zeroPoint: [0], axis: 0 } });
    emit(node, dequantize, {}, [x.id]);
  }
};
