/** What is at fault after a status other than ok: an index and a byte offset or value. */
export let detail0: i32 = 0;
export let detail1: i32 = 0;

/** Notes what is at fault and returns `code`. */
export function fault(code: i32, index: i32, field: i32): i32 {
  detail0 = index;
  detail1 = field;
  return code;
}
