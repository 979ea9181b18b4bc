import { functionGenerator } from './function.ts';

export const absGenerator = functionGenerator('ABS', 'AbsOptions', { types: ['int8'] });
