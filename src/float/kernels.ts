import type { AnyOp } from '../graph/op.ts';
import { conv2d } from '../ops/conv2d.ts';
import { depthwiseConv2d } from '../ops/depthwise-conv2d.ts';
import { fullyConnected as dense } from '../ops/fully-connected.ts';
import type { FloatKernel } from './kernel.ts';
import { depthwise } from './kernels/depthwise.ts';
import { convolution, fullyConnected } from './kernels/product.ts';

/** The ops that the engine computes; of all others the plain definition runs. */
export const floatKernels: ReadonlyMap<AnyOp, FloatKernel> = new Map<AnyOp, FloatKernel>([
  [conv2d, convolution],
  [dense, fullyConnected],
  [depthwiseConv2d, depthwise],
]);
