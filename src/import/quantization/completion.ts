import type { Quantization, TensorId } from '../../graph/tensor.ts';

/** How what a quantised file leaves in real values is quantised, too. Tensors go by the names that the file has for them. */
export interface Completion {
  /** The file is imported in real values all through, to be calibrated: told each tensor that is computed. */
  readonly onReal?: (name: string, id: TensorId) => void;
  /** Scales for tensors that the file has none for; weights that it leaves in real values get one of their own for each output. */
  readonly scales?: ReadonlyMap<string, Quantization>;
  /** Told each tensor that has one of `scales`. */
  readonly onScale?: (name: string) => void;
}

/** The scale of a tensor that is made: the file's, or else one that completes it. */
export function scaleOf(
  name: string,
  plan: ReadonlyMap<string, Quantization>,
  { scales, onScale }: Completion,
): Quantization | undefined {
  const own = plan.get(name);
  if (own) return own;
  const given = scales?.get(name);
  if (given) onScale?.(name);
  return given;
}
