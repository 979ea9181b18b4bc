import { functionGenerator } from './function.ts';

export const logSoftmaxGenerator = functionGenerator('LOG_SOFTMAX', 'LogSoftmaxOptions', {
  types: ['int8'],
  output: { scale: [1 / 16], zeroPoint: [127] },
});
