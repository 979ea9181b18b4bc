import {
  ROWS_FLAT,
  ROWS_WHOLE,
  STAGE_DILATION_H,
  STAGE_ROW_KIND,
  STAGE_STRIDE_H,
  STAGE_WINDOW_H,
  STAGE_X,
  STAGE_X2,
} from "./instructions";

/** Rows of x that a step of `rows` output rows addresses, from the first to the last (src/plan/scratch.ts). */
export function rowsAddressed(s: usize, xHeight: i32, rows: i32): i64 {
  if (load<i32>(s, STAGE_X) < 0) return 0;
  const kind = load<i32>(s, STAGE_ROW_KIND);
  if (kind == ROWS_WHOLE || kind == ROWS_FLAT) return xHeight;
  return (
    (<i64>rows - 1) * load<i32>(s, STAGE_STRIDE_H) +
    (<i64>load<i32>(s, STAGE_WINDOW_H) - 1) * load<i32>(s, STAGE_DILATION_H) +
    1
  );
}

/** Bytes of the tables at the start of a stage's scratch: rows of x, of x2 where there is one, of y; rounded up to 16. */
export function rowTableBytes(s: usize, xHeight: i32, rows: i32): i64 {
  const x2 = load<i32>(s, STAGE_X2) < 0 ? 0 : rows;
  return ((rowsAddressed(s, xHeight, rows) + x2 + rows) * 4 + 15) & ~15;
}
