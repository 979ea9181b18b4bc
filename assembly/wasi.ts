import { execute, inputAddress, outputAddress } from "./executor";
import { MODEL_BASE } from "./instructions";
import {
  arena,
  detail0,
  detail1,
  entryOf,
  growTo,
  inputCount,
  isBundle,
  labels,
  labelsEnd,
  loadBundled,
  loadModel,
  operandAt,
  outputCount,
  steps,
} from "./model";
import { channelsOf, heightOf, widthOf } from "./operand";
import { selfTest } from "./self-test";
import * as status from "./status";
import { open, readFully, sizeOf, writeFully } from "./wasi/files";
import { argsGet, argsSizesGet, procExit } from "./wasi/imports";
import { bytes, char, flush, integer, real, text, writeTo } from "./wasi/text";

/**
 * The command: liteblock MODEL.lbm [INPUT…] [--raw] [--self-test], and as a bundle, with its model in itself, without MODEL.lbm.
 * --stream reads frames from standard input and answers each before it reads the next; it takes no files.
 *
 * One raw file per model input, each of one or several images; without files every image is read from standard input,
 * its inputs in turn. Prints the top classes of each image, or with --raw the output bytes. Exit status 1: a file
 * that cannot be read or does not fit; 2: wrong arguments. Images go straight from the file into the arena.
 */

/** How many classes are printed for an image. */
const SHOWN = 5;
const MOST_INPUTS = 32;
/** Exit status of a runtime that computes wrongly. */
const SELF_TEST_FAILED = 3;
/** Descriptors of the input files, below the model. */
const FILES: usize = 3936;

let files: i32 = 0;
let raw: bool = false;
let test: bool = false;
let stream: bool = false;

function fail(code: i32): void {
  text("\n");
  flush();
  procExit(code);
}

function usage(): void {
  text("usage: liteblock ");
  if (!isBundle()) text("MODEL.lbm ");
  text("[INPUT... | --stream] [--raw]");
  fail(2);
}

function lengthOf(at: usize): u32 {
  let length: u32 = 0;
  while (load<u8>(at + length) != 0) length++;
  return length;
}

function isRaw(at: usize): bool {
  return lengthOf(at) == 5 && load<u32>(at) == 0x61722d2d && load<u8>(at, 4) == 0x77; // --raw
}

function isSelfTest(at: usize): bool {
  return lengthOf(at) == 11 && load<u64>(at) == 0x742d666c65732d2d && load<u32>(at, 7) == 0x74736574; // --self-test
}

function isStream(at: usize): bool {
  return lengthOf(at) == 8 && load<u64>(at) == 0x6d61657274732d2d; // --stream
}

function cannotOpen(path: usize): void {
  bytes(path, lengthOf(path));
  text(": cannot be read (is its directory given with --dir?)");
  fail(1);
}

/** Ends the program unless the model was taken. */
function unlessRefused(code: i32): void {
  if (code == status.OK) return;
  text("the model was refused: ");
  text(
    code == status.NOT_MODEL
      ? "it is not a .lbm"
      : code == status.VERSION
        ? "its version is unknown"
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
  if (fileBytes < 0 || fileBytes > 0x7fffffff || !growTo(<u64>MODEL_BASE + fileBytes)) {
    text("the model does not fit in memory");
    fail(1);
  }
  unlessRefused(loadModel(MODEL_BASE, <u32>max(readFully(fd, MODEL_BASE, <u32>fileBytes), 0)));
}

/**
 * Opens the model and the inputs, reads and checks the model. The arguments lie for a moment where the model will, or, in
 * a bundle, in and after its arena; every file is opened before it is read.
 */
function prepare(): void {
  const bundled = isBundle();
  if (bundled) unlessRefused(loadBundled());
  argsSizesGet(FILES, FILES + 4);
  const count = load<i32>(FILES),
    size = load<u32>(FILES, 4);
  const pointers: usize = bundled ? arena : MODEL_BASE;
  const needed = <u64>count * 4 + size;
  if (!growTo(<u64>pointers + needed)) fail(1);
  argsGet(pointers, pointers + ((<usize>count) << 2));
  let model = bundled ? <usize>MODEL_BASE : 0;
  let fd = -1;
  for (let i = 1; i < count; i++) {
    const argument = load<usize>(pointers + ((<usize>i) << 2));
    const length = lengthOf(argument);
    if (isRaw(argument)) {
      raw = true;
    } else if (isSelfTest(argument)) {
      test = true;
    } else if (isStream(argument)) {
      stream = true;
    } else if (length > 1 && load<u8>(argument) == 45) {
      bytes(argument, length);
      text(": no such option\n");
      usage();
    } else if (model == 0) {
      model = argument;
      fd = open(argument, length);
      if (fd < 0) cannotOpen(argument);
    } else {
      if (files == MOST_INPUTS) usage();
      const input = open(argument, length);
      if (input < 0) cannotOpen(argument);
      store<i32>(FILES + ((<usize>files) << 2), input);
      files++;
    }
  }
  if (model == 0) usage();

  if (!bundled) readModel(fd);
  if (stream && files != 0) usage();
  if (test) return;
  if (files != 0 && files != inputCount()) {
    integer(files);
    text(" inputs given, ");
    integer(inputCount());
    text(" wanted");
    fail(1);
  }
}


@inline
function operandOf(kind: i32, index: i32): usize {
  return operandAt(load<i32>(entryOf(kind, index), 4));
}


@inline
function perImage(index: i32): bool {
  return load<i32>(entryOf(0, index), 12) != 0;
}

/** Reads one image of an input into the arena. False at the end of the file; a partial image is an error. */
function readImage(index: i32): bool {
  const fd = files == 0 ? 0 : load<i32>(FILES + ((<usize>index) << 2));
  const o = operandOf(0, index);
  const rowBytes = <u32>(widthOf(o) * channelsOf(o));
  for (let row = 0; row < heightOf(o); row++) {
    const read = readFully(fd, inputAddress(o, row), rowBytes);
    if (row == 0 && read == 0) return false;
    if (<u32>read != rowBytes) {
      text("input ");
      integer(index);
      text(read < 0 ? ": cannot be read" : ": ends within an image (one image has ");
      if (read >= 0) {
        integer(heightOf(o) * <i32>rowBytes);
        text(" bytes)");
      }
      fail(1);
    }
  }
  return true;
}

/** Reads the next image of every input; false when they have all ended. */
function readImages(first: bool): bool {
  let got = 0,
    wanted = 0;
  for (let i = 0; i < inputCount(); i++) {
    if (!perImage(i)) {
      if (first && !readImage(i)) {
        text("input ");
        integer(i);
        text(": empty");
        fail(1);
      }
      continue;
    }
    wanted++;
    if (readImage(i)) got++;
    else if (got > 0) break;
  }
  if (got != 0 && got != wanted) {
    text("the inputs hold different numbers of images");
    fail(1);
  }
  return wanted == 0 ? first : got > 0;
}

function valueAt(o: usize, index: i32, unsigned: bool): i32 {
  const rowBytes = widthOf(o) * channelsOf(o);
  const at = outputAddress(o, index / rowBytes) + <usize>(index % rowBytes);
  return unsigned ? <i32>load<u8>(at) : <i32>load<i8>(at);
}

function label(index: i32): void {
  let at = labels;
  for (; at < labelsEnd && index > 0; at++) {
    if (load<u8>(at) == 0) index--;
  }
  if (at >= labelsEnd) return;
  char(32);
  bytes(at, lengthOf(at));
}

/** The top classes of one output, best first; of equal ones the lower index first. */
function printTop(output: i32): void {
  const o = operandOf(1, output);
  const entry = entryOf(1, output);
  const unsigned = load<i32>(entry, 8) == 1;
  const count = heightOf(o) * widthOf(o) * channelsOf(o);
  const scale = <f64>load<f32>(entry, 48),
    zeroPoint = load<i32>(entry, 52);
  let lastValue = i32.MAX_VALUE,
    lastIndex = -1;
  for (let shown = 0; shown < min(SHOWN, count); shown++) {
    let best = i32.MIN_VALUE,
      bestIndex = -1;
    for (let i = 0; i < count; i++) {
      const value = valueAt(o, i, unsigned);
      const after = value < lastValue || (value == lastValue && i > lastIndex);
      if (after && value > best) {
        best = value;
        bestIndex = i;
      }
    }
    if (shown > 0) text(", ");
    integer(bestIndex);
    label(bestIndex);
    text(" (");
    real(scale * <f64>(best - zeroPoint));
    char(41);
    lastValue = best;
    lastIndex = bestIndex;
  }
}

function writeRaw(output: i32): void {
  const o = operandOf(1, output);
  for (let row = 0; row < heightOf(o); row++) {
    if (!writeFully(1, outputAddress(o, row), <u32>(widthOf(o) * channelsOf(o)))) {
      text("the output cannot be written");
      fail(1);
    }
  }
}

/** Says whether the known answer came. */
function answer(): void {
  const code = selfTest();
  if (code == status.OK) writeTo(1);
  text("self-test: ");
  if (code == status.OK) {
    text("ok\n");
    flush();
    return;
  }
  text(code == status.NO_DIGEST ? "no known answer" : "wrong");
  fail(code == status.NO_DIGEST ? 1 : SELF_TEST_FAILED);
}

export function _start(): void {
  writeTo(2);
  prepare();
  if (test) return answer();
  for (let image = 0; readImages(image == 0); image++) {
    const code = execute(0, steps);
    if (code != status.OK) {
      text("the schedule stops (status ");
      integer(code);
      text(")");
      fail(1);
    }
    if (!raw) writeTo(1);
    for (let i = 0; i < outputCount(); i++) {
      if (raw) {
        writeRaw(i);
        continue;
      }
      text("image ");
      integer(image);
      if (outputCount() > 1) {
        text(" output ");
        integer(i);
      }
      text(": ");
      printTop(i);
      text("\n");
    }
    if (!raw) writeTo(2);
  }
}
