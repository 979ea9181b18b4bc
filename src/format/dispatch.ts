import type { Formula } from './formula.ts';

/**
 * What the engine's dispatch is generated from, beside the fields of a record.
 */
export interface Dispatch<Field extends string> {
  /** In assembly/check, its file and the function that checks a record. The kernel itself has the opcode's name. */
  readonly check: readonly [file: string, name: string];
  /** Elementary operations of a step (src/format/operations.ts), the row tables apart. */
  readonly operations: Formula<Field>;
  /** What the kernel's call takes beside operands, their rows and, where it has fields, the record. */
  readonly takes?: readonly ('first' | 'data')[];
  /** Whether there is a second operand. Default: there is none. */
  readonly x2?: 'required' | 'optional';
  /** Bytes of scratch beside the executor's tables, or the function in the file of the check that computes them. Default: none. */
  readonly scratch?: number | string;
  /** Elements of x and y; alike: of any size, the same in both. Default: bytes, in x2 too. */
  readonly elements?: { readonly x: ElementKind; readonly y: ElementKind } | 'alike';
  /** Whether padTop is 0 or less: rows of x are left out above. Default: 0 or more. */
  readonly leavesOutRows?: true;
  /** Bytes that the kernel may read beyond an operand, by tier, at most `readSlack`. Default: none. */
  readonly readsBeyond?: { readonly simd: number; readonly scalar: number };
}

/** Bytes, f32, or i32 and i64. */
export type ElementKind = 'bytes' | 'real' | 'index';

/** Operations of several opcodes. An input and an output. */
export const pointwise: Formula<never> = { product: [2, 'elements'] };
/** Two inputs and an output. */
export const pair: Formula<never> = { product: [3, 'elements'] };
/** The maximum, the sum, the quotients; and the reciprocal of each pixel's sum, its logarithm or its root. */
export const overChannels: Formula<never> = { sum: [{ product: [4, 'elements'] }, { product: [16, 'pixels'] }] };
export const copy: Formula<never> = { product: [2, 'elements', 'y.elementBytes'] };
/** Windows are counted whole, also where they reach beyond the map: a kernel looks at their rows before it leaves them out. */
export const pool: Formula<'windowH' | 'windowW'> = {
  product: ['elements', { sum: [{ product: ['windowH', 'windowW'] }, 1] }],
};
/** Each value sums over x's channels. */
export const products: Formula<never> = { product: ['elements', { sum: ['x.channels', 1] }] };
