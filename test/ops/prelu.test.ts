import { describe, expect, it } from 'vitest';
import { prelu } from '../../src/ops/prelu.ts';
import { tensor } from '../kernels/views.ts';
import { runFloat } from './run-float.ts';
import { map, opView, runReference } from './run-reference.ts';

const slopes = (...values: number[]) =>
  tensor('slopes', [1, 1, 1, values.length], { scale: 0.25, data: Int8Array.from(values) });

describe('prelu', () => {
  it('has a slope for each channel below 0', () => {
    const x = map([1, 2, 3], [-8, -8, -8, 8, 8, 8]);
    expect(runReference(prelu, {}, [x, slopes(1, 4, -4)])).toEqual([-2, -8, 8, 8, 8, 8]);
  });

  it('has one slope for all, and rounds halves away from zero at ratio ¼', () => {
    const x = map([1, 2, 2], [-1, -2, -3, 3]);
    expect(runReference(prelu, {}, [x, slopes(2)])).toEqual([-1, -1, -2, 3]); // −½, −1, −1½
  });

  it('takes zero points off x and slopes, and saturates', () => {
    const x = map([1, 3, 1], [-128, 9, 127], { zeroPoint: 10 });
    const steep = tensor('slopes', [1], { zeroPoint: -3, data: Int8Array.of(-1) });
    expect(runReference(prelu, {}, [x, steep], { zeroPoint: 20 })).toEqual([-128, 18, 127]);
  });

  it('multiplies float values in float32, and keeps −0', () => {
    const y = runFloat(
      prelu,
      {},
      [
        [1, 2, 2],
        [-3, -3, -0, 5],
      ],
      [
        [1, 1, 1, 2],
        [0.1, 2],
      ],
    );
    expect(y).toEqual([Math.fround(-3 * Math.fround(0.1)), -6, -0, 5]);
  });

  it('names slopes that do not fit', () => {
    const of = (shape: readonly number[]) => () => opView(prelu, {}, [tensor('x', [1, 2, 3, 4]), tensor('s', shape)]);
    expect(of([4])).not.toThrow();
    expect(of([3])).toThrow('slopes [3] do not fit 4 channels (one, or one a channel)');
    expect(of([1, 2, 1, 4])).toThrow('slopes [1,2,1,4]');
    expect(of([1, 4, 1])).toThrow('slopes [1,4,1]');
  });
});
