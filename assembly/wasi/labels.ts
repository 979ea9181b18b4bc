import { further, narrow, sum } from "../checked-arithmetic";
import { growTo } from "../memory";
import { arena, arenaBytes, entryOf, labels, labelsEnd, operandAt } from "../model";
import { channelsOf, holdsIndices } from "../operand";
import { readFully, sizeOf } from "./files";
import { fail, integer, text } from "./text";

/** Names of classes, each ended by a zero byte: those of the file, or those given in their place. */
let names: usize = 0;
let namesEnd: usize = 0;

/** Reads names of the first output's channels, one a line, to behind the arena. */
export function readLabels(fd: i32): void {
  names = further(arena, arenaBytes);
  const size = sizeOf(fd);
  if (size < 0 || size > 0xffffff || !growTo(sum(names, sum(size, 1)))) {
    text("labels: no memory");
    fail(1);
  }
  const read = max(readFully(fd, names, narrow(size)), 0);
  namesEnd = names;
  let lines = 0;
  for (let at = names, end = further(names, read); at < end; at++) {
    const code = load<u8>(at);
    if (code == 13) continue; // \r
    store<u8>(namesEnd++, code == 10 ? 0 : code);
    if (code == 10) lines++;
  }
  if (namesEnd > names && load<u8>(further(namesEnd, -1)) != 0) {
    store<u8>(namesEnd++, 0); // the last line may end without a line feed
    lines++;
  }
  const o = operandAt(load<i32>(entryOf(1, 0), 4));
  const channels = channelsOf(o);
  // An output of indices has one channel, whatever they choose from.
  if (lines == channels || holdsIndices(o)) return;
  text("labels: expected ");
  integer(channels);
  text(", got ");
  integer(lines);
  fail(1);
}

/** The name of class `index`, ended by a zero byte; 0 where there is none. */
export function labelOf(index: i32): usize {
  let at = names == 0 ? labels : names;
  const end = names == 0 ? labelsEnd : namesEnd;
  for (; at < end && index > 0; at++) {
    if (load<u8>(at) == 0) index--;
  }
  return at < end ? at : 0;
}
