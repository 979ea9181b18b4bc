import { forgetTable } from "../crc32";
import { fdFilestatGet, fdPrestatDirName, fdPrestatGet, fdRead, fdWrite, pathOpen } from "./imports";

/**
 * Between the module's strings and the model lie, from 3872 on (test/runtime/modules.test.ts), a record that WASI fills and
 * the descriptors of the inputs (prepare.ts). A line of text (text.ts) and the name of a preopened directory take the place
 * of the checksum table, which is computed again when it is needed.
 */
const RECORD: usize = 3872;
const NAME: usize = 256,
  NAME_BYTES: u32 = 768;

const READ: i64 = 1 << 1,
  SEEK: i64 = 1 << 2,
  FILESTAT: i64 = 1 << 21;

/** Reads until `length` bytes are there or the file ends; returns how many came, or −1. */
export function readFully(fd: i32, at: usize, length: u32): i32 {
  let done: u32 = 0;
  while (done < length) {
    store<u32>(RECORD, at + done);
    store<u32>(RECORD, length - done, 4);
    if (fdRead(fd, RECORD, 1, RECORD + 8) != 0) return -1;
    const read = load<u32>(RECORD, 8);
    if (read == 0) break;
    done += read;
  }
  return <i32>done;
}

export function writeFully(fd: i32, at: usize, length: u32): bool {
  let done: u32 = 0;
  while (done < length) {
    store<u32>(RECORD, at + done);
    store<u32>(RECORD, length - done, 4);
    if (fdWrite(fd, RECORD, 1, RECORD + 8) != 0) return false;
    const written = load<u32>(RECORD, 8);
    if (written == 0) return false;
    done += written;
  }
  return true;
}

/** A file's size, or −1. */
export function sizeOf(fd: i32): i64 {
  return fdFilestatGet(fd, RECORD) == 0 ? load<i64>(RECORD, 32) : -1;
}

/**
 * Opens a path for reading through the preopened directory (--dir) whose name begins it, the longest where several do;
 * "." takes every relative path. Returns the descriptor, or −1.
 */
export function open(path: usize, length: u32): i32 {
  let best = -1,
    rest = path;
  let matched: u32 = 0;
  for (let fd = 3; ; fd++) {
    if (fdPrestatGet(fd, RECORD) != 0) break;
    const size = load<u32>(RECORD, 4);
    if (size > NAME_BYTES || fdPrestatDirName(fd, NAME, size) != 0) continue;
    const skip = begins(path, length, size);
    if (skip >= 0 && (best < 0 || size > matched)) {
      best = fd;
      matched = size;
      rest = path + skip;
    }
  }
  forgetTable();
  if (best < 0) return -1;
  if (pathOpen(best, 1, rest, <usize>(path + length - rest), 0, READ | SEEK | FILESTAT, 0, 0, RECORD) != 0) return -1;
  return load<i32>(RECORD);
}

/** Bytes of the path that the directory named at NAME accounts for, or −1 where the path is not below it. */
function begins(path: usize, length: u32, size: u32): i32 {
  while (size > 0 && load<u8>(NAME + size - 1) == 0) size--;
  if (size == 0 || (size == 1 && load<u8>(NAME) == 46)) {
    return length > 0 && load<u8>(path) == 47 ? -1 : 0;
  }
  if (size > length) return -1;
  for (let i: u32 = 0; i < size; i++) {
    if (load<u8>(path + i) != load<u8>(NAME + i)) return -1;
  }
  if (load<u8>(NAME + size - 1) == 47) return <i32>size;
  return length > size && load<u8>(path + size) == 47 ? <i32>size + 1 : -1;
}
