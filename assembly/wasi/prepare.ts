import { entryAt, further, narrow, product, sum } from "../checked-arithmetic";
import { detail0, detail1 } from "../fault";
import { MODEL_BASE } from "../instructions";
import { loadBundled, loadModel } from "../load";
import { growTo } from "../memory";
import { arena, inputCount, isBundle } from "../model";
import * as status from "../status";
import { open, readFully, sizeOf } from "./files";
import { argsGet, argsSizesGet } from "./imports";
import { readLabels } from "./labels";
import { name } from "./printable";
import { fail, integer, lengthOf, text, writeTo } from "./text";

export const MOST_INPUTS = 32;
/** Descriptors of the input files, below the model. */
const FILES: usize = 3936;

/** How many input files there are; without any, images come from standard input. */
export let files: i32 = 0;
export let raw: bool = false;
export let json: bool = false;
export let test: bool = false;

/** The descriptor from which input `index` is read. */
export function fileOf(index: i32): i32 {
  return files == 0 ? 0 : load<i32>(entryAt(FILES, index, 4));
}

function usage(code: i32 = 2): void {
  text("usage: liteblock ");
  if (!isBundle()) text("MODEL.lbm ");
  text("[INPUT... | --stream] [--raw | --json] [--labels FILE] | --self-test");
  fail(code);
}

/** Whether the argument of `length` bytes at `at` is one of up to 8 bytes, given as a little-endian number. */
function is(at: usize, length: u32, bytes: u32, word: u64): bool {
  if (length != bytes) return false;
  for (let i: u32 = 0; i < length; i++) {
    if (<u64>load<u8>(entryAt(at, i, 1)) != (word & 255)) return false;
    word >>= 8;
  }
  return true;
}

const RAW: u64 = 0x7761722d2d; // --raw
const JSON: u64 = 0x6e6f736a2d2d; // --json
const STREAM: u64 = 0x6d61657274732d2d; // --stream
const HELP: u64 = 0x706c65682d2d; // --help
const LABELS: u64 = 0x736c6562616c2d2d; // --labels
const SELF: u64 = 0x742d666c65732d2d; // --self-t
const TEST: u64 = 0x747365; // est

function opened(path: usize): i32 {
  const fd = open(path, lengthOf(path));
  if (fd < 0) {
    name(path, lengthOf(path));
    text(": cannot be read (is its directory given with --dir?)");
    fail(1);
  }
  return fd;
}

/** Ends the program unless the model was taken. */
function unlessRefused(code: i32): void {
  if (code == status.OK) return;
  text("the model was refused: ");
  text(
    code == status.NOT_MODEL
      ? "it is not a .lbm"
      : code == status.VERSION
        ? "version: compile it again"
        : code == status.TRUNCATED
          ? "it was cut off"
          : code == status.CHECKSUM
            ? "its checksum does not match"
            : code == status.FEATURES_MISSING
              ? "this engine lacks its operators"
              : code == status.MEMORY
                ? "no memory"
                : "it contradicts itself",
  );
  text(" (status ");
  integer(code);
  text(", ");
  integer(detail0);
  text(", ");
  integer(detail1);
  text(")");
  fail(1);
}

function readModel(fd: i32): void {
  const fileBytes = sizeOf(fd);
  if (fileBytes < 0 || fileBytes > 0x7fffffff || !growTo(sum(MODEL_BASE, fileBytes))) {
    text("the model does not fit in memory");
    fail(1);
  }
  unlessRefused(loadModel(MODEL_BASE, narrow(max(readFully(fd, MODEL_BASE, narrow(fileBytes)), 0))));
}

/**
 * Opens the model and the inputs, reads and checks the model. The arguments lie for a moment where the model will, or, in
 * a bundle, in and after its arena; every file is opened before it is read.
 */
export function prepare(): void {
  const bundled = isBundle();
  if (bundled) unlessRefused(loadBundled());
  argsSizesGet(FILES, FILES + 4);
  const count = load<u32>(FILES),
    size = load<u32>(FILES, 4);
  const pointers: usize = bundled ? arena : MODEL_BASE;
  if (!growTo(sum(sum(pointers, product(count, 4)), size))) fail(1);
  argsGet(pointers, further(pointers, product(count, 4)));
  let model = bundled ? 0 : -1,
    labels = -1;
  let stream = false;
  for (let i: u32 = 1; i < count; i++) {
    const at = load<usize>(entryAt(pointers, i, 4));
    const length = lengthOf(at);
    if (is(at, length, 6, HELP)) {
      writeTo(1);
      usage(0);
    } else if (is(at, length, 5, RAW)) {
      raw = true;
    } else if (is(at, length, 6, JSON)) {
      json = true;
    } else if (length == 11 && is(at, 8, 8, SELF) && is(further(at, 8), 3, 3, TEST)) {
      test = true;
    } else if (is(at, length, 8, STREAM)) {
      stream = true;
    } else if (is(at, length, 8, LABELS)) {
      if (++i == count) usage();
      labels = opened(load<usize>(entryAt(pointers, i, 4)));
    } else if (length > 1 && load<u8>(at) == 45) {
      name(at, length);
      text(": no such option\n");
      usage();
    } else if (model < 0) {
      model = opened(at);
    } else {
      if (files == MOST_INPUTS) usage();
      const fd = opened(at);
      store<i32>(entryAt(FILES, files, 4), fd);
      files++;
    }
  }
  if (model < 0 || (stream && files != 0) || (raw && json)) usage();
  if (!bundled) readModel(model);
  if (labels >= 0) readLabels(labels);
  if (test || files == 0 || files == inputCount()) return;
  text("inputs: expected ");
  integer(inputCount());
  text(", got ");
  integer(files);
  fail(1);
}
