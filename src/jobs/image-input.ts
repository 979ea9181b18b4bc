import { LiteBlockError } from '../format/errors.ts';
import { type Graph, nhwc } from '../graph/graph.ts';
import { withName } from '../graph/short-name.ts';
import type { ImageShape } from '../import/npy/images.ts';

/** The one input of a float model, which takes images. */
export interface ImageInput {
  /** For messages: input 0 "image". */
  readonly input: string;
  readonly shape: ImageShape;
}

/** The one input of a float model. `source` names the model. Throws unsupported where there are several. */
export function imageInput(graph: Graph, source: string): ImageInput {
  const [id = -1, ...others] = graph.inputs;
  const tensor = graph.tensors[id];
  if (others.length > 0) {
    throw new LiteBlockError('unsupported', `${source}: it has ${graph.inputs.length} inputs; expected one, of images`);
  }
  const [, h, w, c] = nhwc(tensor);
  return { input: withName('input 0', tensor.name), shape: [h, w, c] };
}
