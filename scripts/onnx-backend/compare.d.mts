/** A tensor of a test: its values are in the file `data`; null if it is not a tensor of numbers. */
export interface TestTensor {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly data: string;
}

export interface BackendTest {
  readonly inputs: readonly TestTensor[];
  readonly outputs: readonly TestTensor[];
  readonly operators: readonly string[];
  readonly domains: readonly string[];
  /** The input that stays one where all others are initialisers; −1 for none. */
  readonly kept: number;
}

/** The largest difference of all outputs of a quantised graph, in steps. */
export function compareQuantized(
  test: BackendTest,
  graph: Parameters<typeof compareTest>[1],
  run: (inputs: readonly Int8Array[]) => readonly ArrayLike<number>[],
  read: (file: string) => Uint8Array,
  isFolded: boolean,
): number;

export function reasonNotApplicable(test: BackendTest): string | undefined;

/** The largest error of all outputs, against the largest value of each. */
export function compareTest(
  test: BackendTest,
  graph: {
    readonly inputs: readonly number[];
    readonly outputs: readonly number[];
    readonly tensors: readonly { readonly shape: readonly number[]; readonly userShape?: readonly number[] }[];
  },
  run: (inputs: readonly Float32Array[]) => readonly ArrayLike<number>[],
  read: (file: string) => Uint8Array,
  isFolded: boolean,
): number;
