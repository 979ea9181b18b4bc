import { forgetTable } from "../crc32";
import { writeFully } from "./files";
import { procExit } from "./imports";

/** A line under construction, in the place of the checksum table: WASI writes are too dear for a character at a time. */
const LINE: usize = 0,
  LINE_BYTES: usize = 256;
let end: usize = LINE;
let stream: i32 = 1;

export function writeTo(fd: i32): void {
  flush();
  stream = fd;
}

export function flush(): void {
  if (end > LINE) {
    writeFully(stream, LINE, <u32>(end - LINE));
    forgetTable();
  }
  end = LINE;
}

export function char(code: i32): void {
  if (end == LINE + LINE_BYTES) flush();
  store<u8>(end++, code);
}

/** A literal in ASCII: strings are UTF-16 in memory. */
export function text(literal: string): void {
  for (let i = 0, n = literal.length; i < n; i++) char(literal.charCodeAt(i));
}

/** Bytes before the zero at the end of a string. */
export function lengthOf(at: usize): u32 {
  let length: u32 = 0;
  while (load<u8>(at + length) != 0) length++;
  return length;
}

/** Ends the program after its message. */
export function fail(code: i32): void {
  text("\n");
  flush();
  procExit(code);
}

export function integer(value: i32): void {
  if (value < 0) char(45);
  let rest: u32 = value < 0 ? 0 - value : value;
  let unit: u32 = 1;
  while (rest / unit >= 10) unit *= 10;
  for (; unit > 0; unit /= 10) {
    char(48 + <i32>(rest / unit));
    rest %= unit;
  }
}

/** Whether `real` has digits for a number. */
export function hasDigits(value: f64): bool {
  return nearest(Math.abs(value) * 10000.0) < 2147483648.0;
}

/** A real number with four decimals, as far as an int32 reaches. */
export function real(value: f64): void {
  const scaled = nearest(Math.abs(value) * 10000.0);
  if (!hasDigits(value)) {
    text(value > 0 ? "large" : "-large");
    return;
  }
  if (value < 0 && scaled > 0) char(45);
  const units = <i32>scaled;
  integer(units / 10000);
  char(46);
  let rest = units % 10000;
  for (let unit = 1000; unit > 0; unit /= 10) {
    char(48 + rest / unit);
    rest %= unit;
  }
}
