import type { RowRule } from '../graph/rules.ts';

const addressBytes = 4;

/** How many rows of x, from the first to the last, a step of `rows` output rows may address; padding rows included. */
export function rowsAddressed(rule: RowRule, rows: number, height: number): number {
  switch (rule.kind) {
    case 'window':
      return (rows - 1) * rule.stride + (rule.window - 1) * rule.dilation + 1;
    case 'once':
      return 1;
    case 'flat':
    case 'span':
    case 'whole':
      return height;
  }
}

/**
 * Bytes of the executor's tables at the start of a stage's scratch, where the kernel's own scratch begins:
 *
 *   u32 [rows of x addressed]   absent where the stage reads nothing
 *   u32 [rows]                  rows of x2, where there is one
 *   u32 [rows]                  rows of y
 *
 * rounded up to 16. The engine computes the same for the largest step (docs/format.md).
 */
export function rowTableBytes(
  rows: number,
  x?: { readonly rule: RowRule; readonly height: number },
  hasX2 = false,
): number {
  const addressed = x ? rowsAddressed(x.rule, rows, x.height) : 0;
  const bytes = (addressed + (hasX2 ? rows : 0) + rows) * addressBytes;
  return Math.ceil(bytes / 16) * 16;
}
