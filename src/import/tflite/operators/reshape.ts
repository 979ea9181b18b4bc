import { reshape } from '../../../ops/reshape.ts';
import { type Converter, problem } from '../conversion.ts';
import { emit } from '../emit.ts';
import { fileInput, operand } from '../operand.ts';
import { imageShape } from '../shape.ts';

/** The new shape is the one that the file declares for the output; a shape operand or option only repeats it. */
export const convertReshape: Converter = (node) => {
  const x = operand(node, 0);
  const shape = fileInput(node, 1);
  if (shape && node.activations.has(shape.index)) problem(node, 'its shape is computed (constant)');
  else if (x) emit(node, reshape, { shape: imageShape(node.output.shape) }, [x.id]);
};
