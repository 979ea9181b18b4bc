import { functionGenerator } from './function.ts';

/** The reference stops at a value below 0, so that 0 is the least there is. */
export const rsqrtGenerator = functionGenerator('RSQRT', 'None', { types: ['int8'], input: { zeroPoint: [-128] } });
