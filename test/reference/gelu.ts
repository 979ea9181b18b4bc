import { functionGenerator } from './function.ts';

export const geluGenerator = functionGenerator('GELU', 'GeluOptions', {
  types: ['int8'],
  fields: (random) => [[0, 'int8', random.integer(0, 1)]],
});
