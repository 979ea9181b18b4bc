import { type GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import { elements, noPadding, type TensorId } from '../../src/graph/tensor.ts';
import { bytesOf } from './values.ts';

/** The quantisation of a part. */
export const own = quantizedBy(0.05, -7);
export const window = { stride: [1, 1], dilation: [1, 1], padding: noPadding } as const;
export const linear = { activation: 'none', scaleProduct: 'f64' } as const;
export const larger = { size: [7, 6], alignCorners: false, halfPixelCenters: false } as const;

/** The channels of a tensor that an op reads. */
export interface Part {
  readonly build: GraphBuilder;
  readonly x: TensorId;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export const weights = (build: GraphBuilder, shape: readonly number[]): TensorId =>
  build.constant(
    'w',
    shape,
    bytesOf(3, elements(shape)).map((v) => Math.max(v, -127)),
    quantizedBy(0.003, 0),
  );
