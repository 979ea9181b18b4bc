import { functionGenerator } from './function.ts';

export const reluGenerator = functionGenerator('RELU', 'None');
export const relu6Generator = functionGenerator('RELU6', 'None');
