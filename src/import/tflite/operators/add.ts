import { add } from '../../../ops/add.ts';
import { addOptions } from '../schema.ts';
import { convertBroadcast } from './broadcast.ts';

export const convertAdd = convertBroadcast(add, addOptions.activation);
