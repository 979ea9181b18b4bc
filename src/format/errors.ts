/**
 * Every failure that a user can meet, by a code that programs can test. Messages name file, node, op, value and what would work.
 *
 * - `file-unreadable`: no such file, or a server did not answer with it
 * - `file-unwritable`: an output, its folder or its device does not take what is written
 * - `file-truncated`: fewer bytes than the file itself says
 * - `file-invalid`: not the format it should be, or damaged
 * - `file-version`: a version this build does not read
 * - `unsupported`: a valid model that asks for what LiteBlock does not do; `problems` lists every one
 * - `graph-invalid`: shapes, types or references that do not fit together
 * - `ram-exceeded`: the plan needs more than the limit given
 * - `operations-exceeded`: a run takes more elementary operations than the limit
 * - `time-exceeded`: a run took longer than the limit given
 * - `memory`: linear memory could not be allocated
 * - `engine`: the engine module is not one, or reported a status
 * - `input`: wrong number, size or type of inputs
 * - `disposed`: the model was disposed of
 * - `usage`: the command line, or an option that does not exist
 * - `internal`: a fault of LiteBlock itself
 */
export type ErrorCode =
  | 'file-unreadable'
  | 'file-unwritable'
  | 'file-truncated'
  | 'file-invalid'
  | 'file-version'
  | 'unsupported'
  | 'graph-invalid'
  | 'ram-exceeded'
  | 'operations-exceeded'
  | 'time-exceeded'
  | 'memory'
  | 'engine'
  | 'input'
  | 'disposed'
  | 'usage'
  | 'internal';

/** One thing that stands in the way, e.g. one node of a file. */
export interface Problem {
  /** Node index in the file; −1 when it is not about one node. */
  readonly node: number;
  /** The operator of the node; empty when it is not about one node. */
  readonly op: string;
  /** The name of the node; empty when it is not about one node. */
  readonly name: string;
  /** What is wrong, and what would work. */
  readonly what: string;
}

/** Every error that LiteBlock throws. Test `code`, never the text of `message`, which may change. */
export class LiteBlockError extends Error {
  /** What kind of failure it is. */
  readonly code: ErrorCode;
  /** Everything that stands in the way, where there is more than one thing; else empty. */
  readonly problems: readonly Problem[];

  /** `code` and `message` say what failed; `problems` lists every single thing. */
  constructor(code: ErrorCode, message: string, problems: readonly Problem[] = [], options?: ErrorOptions) {
    super(message, options);
    this.name = 'LiteBlockError';
    this.code = code;
    this.problems = problems;
  }
}
