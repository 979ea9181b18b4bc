import { mul } from '../../../ops/mul.ts';
import { mulOptions } from '../schema.ts';
import { convertBroadcast } from './broadcast.ts';

export const convertMul = convertBroadcast(mul, mulOptions.activation);
