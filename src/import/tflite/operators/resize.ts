import type { ResizeAttributes } from '../../../graph/attributes.ts';
import { resizeBilinear } from '../../../ops/resize-bilinear.ts';
import { resizeNearestNeighbor } from '../../../ops/resize-nearest-neighbor.ts';
import { problem } from '../../conversion.ts';
import { emit } from '../../emit.ts';
import { type FoundOperand, integers, operand } from '../../operand.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { resizeBilinearOptions, resizeNearestNeighborOptions } from '../schema.ts';
import { inputChannels } from '../weights.ts';

interface Resize {
  readonly x: FoundOperand;
  readonly attributes: ResizeAttributes;
}

/** What both resizes have: a map, its new size as a constant, two flags. */
function readResize(
  node: TfliteNode,
  slots: { readonly alignCorners: number; readonly halfPixelCenters: number },
): Resize | undefined {
  const x = operand(node, 0);
  const size = integers(node, 1, 'new height and width');
  if (!x || !size) return undefined;
  if (!inputChannels(node, x)) return undefined;
  if (size.length !== 2) return problem(node, `its new height and width are ${size.length} numbers; expected 2`);
  const flag = (slot: number): boolean => scalar(node.operator.options, slot, 'Uint8') !== 0;
  const attributes = {
    size: size as unknown as readonly [number, number],
    alignCorners: flag(slots.alignCorners),
    halfPixelCenters: flag(slots.halfPixelCenters),
  };
  return { x, attributes };
}

export const convertResizeNearestNeighbor: TfliteConverter = (node) => {
  const resize = readResize(node, resizeNearestNeighborOptions);
  if (resize) emit(node, resizeNearestNeighbor, resize.attributes, [resize.x.id]);
};

export const convertResizeBilinear: TfliteConverter = (node) => {
  const resize = readResize(node, resizeBilinearOptions);
  if (!resize) return;
  const unsigned = node.output.shifted === true;
  emit(node, resizeBilinear, { ...resize.attributes, unsigned }, [resize.x.id]);
};
