import { functionGenerator } from './function.ts';

export const reluGenerators = ['RELU', 'RELU6'].map((operator) => functionGenerator(operator, 'None'));
