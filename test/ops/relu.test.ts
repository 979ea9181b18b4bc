import { describe, expect, it } from 'vitest';
import { relu } from '../../src/ops/relu.ts';
import { runFloat } from './run-float.ts';
import { everyByte, map, runReference } from './run-reference.ts';

describe('relu', () => {
  it('moves values to the quantisation of y, then clamps', () => {
    const x = map([1, 4, 1], [-5, 0, 5, 127]);
    expect(runReference(relu, { activation: 'relu' }, [x], { zeroPoint: -128 })).toEqual([-128, -128, -123, -1]);
    const y = { scale: 0.5, zeroPoint: -10 };
    expect(runReference(relu, { activation: 'relu6' }, [map([1, 3, 1], [-5, 3, 9])], y)).toEqual([-10, -4, 2]);
    const quarters = map([1, 3, 1], [-9, 2, 9], { scale: 0.25 });
    expect(runReference(relu, { activation: 'reluN1To1' }, [quarters], { scale: 0.25 })).toEqual([-4, 2, 4]);
  });

  it('clamps RELU6 to [−100, 20]', () => {
    const quantization = { scale: 0.05, zeroPoint: -100 };
    const y = runReference(relu, { activation: 'relu6' }, [everyByte(quantization)], quantization);
    expect([Math.min(...y), Math.max(...y)]).toEqual([-100, 20]);
  });

  it('rounds as quantise does: halves up at ratio ½, twice at ¼', () => {
    const x = map([1, 4, 1], [1, -1, 2, -2]);
    expect(runReference(relu, { activation: 'none' }, [x], { scale: 2 })).toEqual([1, 0, 1, -1]);
    expect(runReference(relu, { activation: 'none' }, [x], { scale: 4 })).toEqual([1, 0, 1, -1]); // ¼ becomes ½, then 1
  });

  it('clamps float values; −0 becomes 0', () => {
    const values = (activation: 'relu' | 'relu6' | 'reluN1To1') =>
      runFloat(relu, { activation }, [
        [1, 4, 1],
        [-2, -0, 0.5, 9],
      ]);
    expect(values('relu')).toEqual([0, 0, 0.5, 9]);
    expect(values('relu6')).toEqual([0, 0, 0.5, 6]);
    expect(values('reluN1To1')).toEqual([-1, -0, 0.5, 1]);
  });
});
