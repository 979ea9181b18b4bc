import { GraphBuilder, quantizedBy } from '../../../src/graph/builder.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import { noPadding } from '../../../src/graph/tensor.ts';
import { averagePool2d } from '../../../src/ops/average-pool2d.ts';
import { pad } from '../../../src/ops/pad.ts';

/** A mean over 3×3 windows with a border. `counted`: as PyTorch's count_include_pad, the border laid around the map first. */
export function averagePoolGraph(counted = false): Graph {
  const quantization = quantizedBy(0.05, -7);
  const build = new GraphBuilder('pool');
  const x = build.input('x', [1, 6, 6, 2], quantization);
  const border = { before: [1, 1, 0], after: [1, 1, 0] } as const;
  const from = counted ? build.add(pad, border, [x], { name: 'padded', quantization }) : x;
  const padding = counted ? noPadding : { top: 1, left: 1, bottom: 1, right: 1 };
  const attributes = { window: [3, 3], stride: [1, 1], dilation: [1, 1], padding, activation: 'none' } as const;
  build.output(build.add(averagePool2d, attributes as never, [from], { name: 'y', quantization }));
  return build.build();
}
