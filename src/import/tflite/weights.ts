import type { TensorId } from '../../graph/tensor.ts';
import { problem } from '../conversion.ts';
import type { FileTensor } from '../file-model.ts';
import { constant, type FoundOperand, fileInput } from '../operand.ts';
import type { TfliteNode } from './node.ts';

/**
 * Input 1 as weights of rank `rank` whose scales, if there is more than one, lie along axis `dimension`. Those of
 * legacy uint8 may have a zero point, one for all, and others with one scale where `zeroPoints` says so.
 */
export function readWeights(
  node: TfliteNode,
  rank: number,
  dimension: number,
  zeroPoints = false,
): FileTensor | undefined {
  const weights = fileInput(node, 1);
  if (!weights) return problem(node, 'its weights are missing');
  const shown = `[${weights.shape.join(', ')}]`;
  if (weights.shape.length !== rank || weights.shape.some((size) => size < 1)) {
    return problem(node, `weights of the shape ${shown} are not supported (${rank} axes)`);
  }
  const { quantization, type } = weights;
  if (!quantization || type !== 'int8') return weights;
  if (quantization.scale.length > 1 && quantization.dimension !== dimension) {
    return problem(
      node,
      `weights with scales along axis ${quantization.dimension} are not supported (axis ${dimension})`,
    );
  }
  if (weights.shifted) {
    if (quantization.scale.length === 1) return weights;
    return problem(node, `uint8 weights with ${quantization.scale.length} scales are not supported (1)`);
  }
  if (zeroPoints && quantization.scale.length === 1) return weights;
  const stray = quantization.zeroPoint.find((zeroPoint) => zeroPoint !== 0);
  if (stray !== undefined) return problem(node, `int8 weights with the zero point ${stray} are not supported (0)`);
  return weights;
}

/**
 * Input `position` as a bias of one value an output channel; −1 where there is none. Its quantised dimension is not looked
 * at: some converters write that of the weights.
 */
export function readBias(node: TfliteNode, channels: number, position = 2): TensorId | undefined {
  const bias = fileInput(node, position);
  if (!bias) return -1;
  const { quantization } = bias;
  const fits = quantization?.scale.length === 1 || quantization?.scale.length === channels;
  return constant(node, fits ? bias : { ...bias, quantization: undefined }, [channels], 0);
}

/** TFLite's windows slide over the images of tensors of four axes only. */
export function inputChannels(node: TfliteNode, { file, axes }: FoundOperand): boolean {
  if (file.shape.length === 4 && axes[0] === 'n') return true;
  const shown = `[${file.shape.join(', ')}]`;
  if (file.shape.length === 4) {
    const what = `its input ${shown} has ${file.shape[0]} images, but the batch is 1 elsewhere (one batch throughout)`;
    node.writer.mixesBatch(() => void problem(node, what));
    return false;
  }
  problem(node, `an input of the shape ${shown} is not supported (batch, height, width, channels)`);
  return false;
}
