import { maxPool2d } from '../../../ops/max-pool2d.ts';
import { convertPool } from './pool.ts';

export const convertMaxPool2d = convertPool(maxPool2d, () => ({}));
