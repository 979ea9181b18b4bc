import { char } from "./text";

/**
 * Names for a terminal and for JSON. They come from files and arguments of others, and a name that moves the cursor or turns
 * the direction of the text can hide or forge what is printed. So every character that acts is written as \u001b, as
 * src/cli/print/printable.ts writes it, and a byte that is not UTF-8 is written as U+FFFD: a terminal may take a lone byte
 * 0x9b for the start of a sequence.
 */

/** The bytes of the character that `codeAt` read last. */
let length: u32 = 1;

/** The character at `at`, or U+FFFD of one byte where there is none, or it is not whole before `end`. */
function codeAt(at: usize, end: usize): u32 {
  length = 1;
  const lead: u32 = load<u8>(at);
  if (lead < 0x80) return lead;
  const more: u32 = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0;
  if (more == 0 || at + more >= end) return 0xfffd;
  let code = lead & (0x3f >> more);
  for (let i: u32 = 1; i <= more; i++) {
    const next: u32 = load<u8>(at + i);
    if ((next & 0xc0) != 0x80) return 0xfffd;
    code = (code << 6) | (next & 0x3f);
  }
  // A character has one form only, and halves of pairs are not characters.
  if (code < (more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000)) return 0xfffd;
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return 0xfffd;
  length = more + 1;
  return code;
}

/** Whether `code` is one of `count` from `first` on. */
@inline
function among(code: u32, first: u32, count: u32): bool {
  return code - first < count;
}

/** Whether a character acts: the categories Cc, Cf, Zl and Zp of Unicode 15. */
function acts(code: u32): bool {
  if (code < 0x600) return code < 0x20 || among(code, 0x7f, 33) || code == 0xad;
  if (code < 0x2000) {
    return (
      among(code, 0x600, 6) ||
      code == 0x61c ||
      code == 0x6dd ||
      code == 0x70f ||
      among(code, 0x890, 2) ||
      code == 0x8e2 ||
      code == 0x180e
    );
  }
  if (code < 0x10000) {
    return (
      among(code, 0x200b, 5) ||
      among(code, 0x2028, 7) ||
      among(code, 0x2060, 5) ||
      among(code, 0x2066, 10) ||
      code == 0xfeff ||
      among(code, 0xfff9, 3)
    );
  }
  return (
    code == 0x110bd ||
    code == 0x110cd ||
    among(code, 0x13430, 16) ||
    among(code, 0x1bca0, 4) ||
    among(code, 0x1d173, 8) ||
    code == 0xe0001 ||
    among(code, 0xe0020, 96)
  );
}

/** A UTF-16 unit as JSON escapes it. */
function escape(unit: u32): void {
  char(92);
  char(117);
  for (let shift = 12; shift >= 0; shift -= 4) {
    const digit = (unit >> shift) & 15;
    char(digit < 10 ? 48 + digit : 87 + digit);
  }
}

/** `bytes` bytes of UTF-8 in which no character acts; inside a JSON string, quotes and backslashes are escaped, too. */
export function name(at: usize, bytes: u32, inString: bool = false): void {
  const end = at + bytes;
  while (at < end) {
    const code = codeAt(at, end);
    if (acts(code)) {
      if (code < 0x10000) {
        escape(code);
      } else {
        escape(0xd800 + ((code - 0x10000) >> 10));
        escape(0xdc00 + (code & 0x3ff));
      }
    } else if (code == 0xfffd) {
      char(0xef);
      char(0xbf);
      char(0xbd);
    } else {
      if (inString && (code == 34 || code == 92)) char(92);
      for (let i: u32 = 0; i < length; i++) char(load<u8>(at + i));
    }
    at += length;
  }
}
