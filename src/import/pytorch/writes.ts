import { misfit } from '../nchw/frame.ts';
import { permutedBy, reshapedTo } from '../nchw/layers/shape.ts';
import { shapeOfValue, type Value } from '../nchw/value.ts';
import type { AtenNode } from './aten-node.ts';
import { slicePart, withPart } from './operators/shapes.ts';
import { operatorName } from './operators.ts';

/** What a view was made of, when an operator writes to it. */
export interface View {
  readonly node: AtenNode;
  /** The name of what it is a view of. */
  readonly base: string;
}

/** The axis that is where each of an order came from. */
const inverse = (order: readonly number[]): number[] => order.map((_, axis) => order.indexOf(axis));

/**
 * What a tensor is once `written` stands in a view of it. Throws Misfit for views of which that is not known.
 */
export function mergedView({ node }: View, base: Value, written: Value): Value {
  const { name, inPlace } = operatorName(node.node.target);
  if (inPlace) return written;
  const shape = shapeOfValue(base);
  const axes = shape.map((_, axis) => axis);
  switch (name) {
    case 'aten.slice':
    case 'aten.narrow':
    case 'aten.select': {
      const part = slicePart(node, base);
      const size = shape.map((all, axis) => (axis === part.axis ? part.count : all));
      return withPart(node, base, part, reshapedTo(node.frame, written, size));
    }
    case 'aten.permute':
      return permutedBy(written, inverse(node.numbers('dims').map((axis) => (axis < 0 ? axis + shape.length : axis))));
    case 'aten.transpose': {
      const [a, b] = [node.number('dim0'), node.number('dim1')].map((axis) => (axis < 0 ? axis + shape.length : axis));
      return permutedBy(
        written,
        axes.map((axis) => (axis === a ? b : axis === b ? a : axis)),
      );
    }
    case 'aten.t':
      return permutedBy(written, [...axes].reverse());
    default: {
      const same =
        shapeOfValue(written).reduce((all, size) => all * size, 1) === shape.reduce((all, size) => all * size, 1);
      if (!reshapes.has(name) || !same)
        misfit(`it reads a tensor that was written to by way of ${name} (slice, select, view)`);
      return reshapedTo(node.frame, written, shape);
    }
  }
}

/** Views of all elements, in the same order. */
const reshapes: ReadonlySet<string> = new Set(
  [
    'view',
    '_unsafe_view',
    'reshape',
    'view_as',
    'reshape_as',
    'flatten',
    'unflatten',
    'squeeze',
    'unsqueeze',
    'contiguous',
    'detach',
    'alias',
  ].map((name) => `aten.${name}`),
);
