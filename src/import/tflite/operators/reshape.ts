import { reshape } from '../../../ops/reshape.ts';
import { type Converter, problem } from '../conversion.ts';
import { emit } from '../emit.ts';
import { fileInput, operand } from '../operand.ts';
import { imageShape } from '../shape.ts';

/** The new shape is the one that the file declares for the output; `what`, an operand, or an option only repeats it. */
const reshaping =
  (what: string): Converter =>
  (node) => {
    const x = operand(node, 0);
    const given = fileInput(node, 1);
    if (given && node.activations.has(given.index)) problem(node, `its ${what} is computed (constant)`);
    else if (x) emit(node, reshape, { shape: imageShape(node.output.shape) }, [x.id]);
  };

export const convertReshape = reshaping('shape');
export const convertSqueeze = reshaping('shape');
export const convertExpandDims = reshaping('axis');
