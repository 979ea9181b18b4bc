import { averagePool2d } from '../../../ops/average-pool2d.ts';
import { convertPool } from './pool.ts';

export const convertAveragePool2d = convertPool(averagePool2d);
