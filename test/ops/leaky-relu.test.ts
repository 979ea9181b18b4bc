import { describe, expect, it } from 'vitest';
import { leakyRelu } from '../../src/ops/leaky-relu.ts';
import { runFloat } from './run-float.ts';
import { map, runReference } from './run-reference.ts';

describe('leaky relu', () => {
  it('keeps what is above 0 and scales what is below', () => {
    const x = map([1, 5, 1], [-100, -10, 0, 10, 100]);
    expect(runReference(leakyRelu, { alpha: 0.25 }, [x], { zeroPoint: 1 })).toEqual([-24, -2, 1, 11, 101]); // −2.5 away
    expect(runReference(leakyRelu, { alpha: 0 }, [x])).toEqual([0, 0, 0, 10, 100]);
    expect(runReference(leakyRelu, { alpha: 1 }, [x])).toEqual([-100, -10, 0, 10, 100]);
    expect(runReference(leakyRelu, { alpha: -1 }, [x])).toEqual([100, 10, 0, 10, 100]);
  });

  it('turns at the zero point of x, and saturates', () => {
    const x = map([1, 4, 1], [-128, 19, 20, 127], { zeroPoint: 20 });
    expect(runReference(leakyRelu, { alpha: 2 }, [x], { zeroPoint: 50 })).toEqual([-128, 48, 50, 127]);
  });

  it('of float values rounds the product to float32, and keeps NaN', () => {
    const alpha = Math.fround(0.1);
    const values = [-3, -0, 5, Number.NaN];
    expect(runFloat(leakyRelu, { alpha }, [[1, 4, 1], values])).toEqual([Math.fround(-3 * alpha), -0, 5, Number.NaN]);
  });
});
