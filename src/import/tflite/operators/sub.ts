import { sub } from '../../../ops/sub.ts';
import { subOptions } from '../schema.ts';
import { convertBroadcast } from './broadcast.ts';

export const convertSub = convertBroadcast(sub, subOptions.activation);
