import { functionGenerator } from './function.ts';

// x is below 16: where e^x / y scale leaves int32, TFLite's conversion is not defined in C++.
export const expGenerator = functionGenerator('EXP', 'ExpOptions', {
  types: ['int8'],
  inputScales: [2 ** -9, 2 ** -5],
});
