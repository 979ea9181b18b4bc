import { describe, expect, it } from 'vitest';
import { match } from '../../../src/analyze/diff/match.ts';
import type { Trace, Traced } from '../../../src/analyze/diff/trace.ts';

interface Given {
  readonly op?: string;
  readonly size?: number;
  readonly reads?: readonly number[];
  readonly input?: true;
}

const tensor = (name: string, { op, size = 4, reads, input }: Given = {}): Traced => ({
  names: [name],
  shape: [1, 1, 1, size],
  values: new Int8Array(size),
  ...(op && { maker: { index: 0, op, name } }),
  ...(reads && { reads }),
  ...(input && { input }),
});

const pairsOf = (a: readonly Traced[], b: readonly Traced[]): string[] => {
  const trace = (tensors: readonly Traced[]): Trace => ({ tensors });
  return match(trace(a), trace(b)).pairs.map((pair) => `${pair.a.names[0]}=${pair.b.names[0]}`);
};

describe('names', () => {
  it('are the same with other signs between their parts, and without what converters join to them', () => {
    expect(pairsOf([tensor('a/b/Relu;c/d')], [tensor('a_b_Relu_c_d')])).toEqual(['a/b/Relu;c/d=a_b_Relu_c_d']);
    expect(pairsOf([tensor('a/b/Relu;c/d')], [tensor('a.b.Relu')])).toEqual(['a/b/Relu;c/d=a.b.Relu']);
  });

  it('that become the same without their signs stand for neither', () => {
    expect(pairsOf([tensor('a/b', { op: 'x' }), tensor('a.b', { op: 'x' })], [tensor('a_b', { size: 5 })])).toEqual([]);
  });

  it('come before order and operator', () => {
    const [one, other] = [tensor('one', { op: 'Conv2d' }), tensor('other', { op: 'Conv2d' })];
    expect(pairsOf([one, other], [other, one])).toEqual(['one=one', 'other=other']);
  });
});

describe('without equal names', () => {
  it('tensors are matched by operator and size, in order, with some left out', () => {
    const a = [tensor('a1', { op: 'Pad', size: 6 }), tensor('a2', { op: 'Conv2d' }), tensor('a3', { op: 'Add' })];
    const b = [tensor('b1', { op: 'CONV_2D' }), tensor('b2', { op: 'RELU' }), tensor('b3', { op: 'ADD' })];
    expect(pairsOf(a, b)).toEqual(['a2=b1', 'a3=b3']);
  });

  it('branches are found by what they read, in whatever order they run', () => {
    const conv = { op: 'Conv2d' };
    const a = [
      tensor('x', { input: true }),
      tensor('p', { ...conv, reads: [0] }),
      tensor('side', { ...conv, reads: [0] }),
      tensor('q', { ...conv, reads: [1] }),
      tensor('sum', { op: 'Add', reads: [3, 2] }),
    ];
    const b = [
      tensor('X', { input: true }),
      tensor('P', { ...conv, reads: [0] }),
      tensor('Q', { ...conv, reads: [1] }),
      tensor('SIDE', { ...conv, reads: [0] }),
      tensor('SUM', { op: 'Add', reads: [3, 2] }),
    ];
    expect(pairsOf(a, b)).toEqual(['x=X', 'p=P', 'side=SIDE', 'q=Q', 'sum=SUM']);
  });

  it('a dump that does not say what made it is matched by size alone, but not beside others that have names', () => {
    expect(pairsOf([tensor('a', { op: 'Conv2d' })], [tensor('0')])).toEqual(['a=0']);
    expect(pairsOf([tensor('n', { op: 'Add' }), tensor('a', { op: 'Conv2d' })], [tensor('n'), tensor('0')])).toEqual([
      'n=n',
    ]);
  });
});
