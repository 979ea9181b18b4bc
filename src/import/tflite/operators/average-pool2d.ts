import { averagePool2d } from '../../../ops/average-pool2d.ts';
import { convertPool } from './pool.ts';

/** uint8 means are rounded as numbers without a sign. */
export const convertAveragePool2d = convertPool(averagePool2d, ({ output }) =>
  output.shifted ? { rounding: 'up' } : {},
);
