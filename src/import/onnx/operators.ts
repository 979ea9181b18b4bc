import type { OnnxEntry } from './onnx-node.ts';
import { constants } from './operators/constants.ts';
import { functions } from './operators/functions.ts';
import { layers } from './operators/layers.ts';
import { quantized } from './operators/quantized.ts';
import { resizes } from './operators/resize.ts';
import { shapes } from './operators/shapes.ts';

/** Every operator of ONNX that is imported, by its name; those of other domains have it in front: `com.microsoft.QLinearAdd`. */
export const operators: ReadonlyMap<string, OnnxEntry> = new Map(
  Object.entries({ ...layers, ...functions, ...shapes, ...resizes, ...constants, ...quantized }),
);
