import type { Inspection } from '../../../src/analyze/inspect.ts';
import type { DetectedObject } from '../../../src/detect/detections.ts';
import type { Problem } from '../../../src/format/errors.ts';
import type { Preprocessing } from '../../../src/format/model-file.ts';

/** A file as the page was given it. */
export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A stretch of the arena and the steps in which it is used. */
export interface ArenaRectangle {
  readonly name: string;
  readonly kind: 'activations' | 'zeroRows' | 'scratch' | 'state';
  readonly offset: number;
  readonly bytes: number;
  /** Runs of steps, both ends included. */
  readonly spans: readonly (readonly [first: number, last: number])[];
}

/** What the page shows of an int8 model. */
export interface ModelView {
  readonly kind: 'model';
  /** What a download is called, and its bytes. */
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** Made just now, or read from a `.lbm`. */
  readonly compiled: boolean;
  readonly inspection: Inspection;
  readonly arena: readonly ArenaRectangle[];
  readonly input: ImageInput | undefined;
  readonly labels: readonly string[];
  /** Of the first output, which one probability has two of; of indices, as many as there are names. */
  readonly classes: number;
  readonly preprocessing: Preprocessing | undefined;
  readonly tier: string;
  /** Whether the file has a known answer; an engine that gives another is refused before this is sent. */
  readonly selfTested: boolean;
}

/** What the page shows of a float model, which is to be quantised. */
export interface FloatView {
  readonly kind: 'float';
  /** Of the int8 model that it becomes: shapes, costs and RAM do not depend on ranges. */
  readonly inspection: Inspection;
  readonly arena: readonly ArenaRectangle[];
  readonly input: ImageInput;
  readonly floatBytes: number;
  /** What was done about names of the weights; absent: nothing. */
  readonly note?: string;
}

/** Files that are half of something, such as weights without their network. */
export interface WaitingView {
  readonly kind: 'waiting';
  readonly text: string;
}

/** Sides and channels of the images that the first input takes. */
export interface ImageInput {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Images one after the other, NHWC, and where they are from. */
export interface Images {
  readonly source: string;
  readonly pixels: Uint8Array | Int8Array | Float32Array;
}

export interface QuantizeRequest {
  /** Pictures that the page has decoded, and files of raw or `.npy` values, in the order in which they were given. */
  readonly images: readonly (Images | NamedFile)[];
  readonly preprocessing: Preprocessing | undefined;
  readonly labels: readonly string[];
  readonly method: 'min-max' | 'percentile' | 'mse';
}

export interface QuantizeReport {
  readonly images: number;
  /** How far int8 agrees with float, in words: a name and a text for each figure. */
  readonly agreement: readonly (readonly [name: string, text: string])[];
  readonly outputs: readonly { readonly name: string; readonly snrDb: number }[];
  /** Signal to noise of each layer's output, by the layer's name. */
  readonly layerSnrDb: readonly (readonly [name: string, snrDb: number])[];
  readonly warnings: readonly { readonly place: string; readonly text: string }[];
}

export interface RunResult {
  /** The real values of the first output. */
  readonly scores: Float32Array;
  /** What a model with a detection head has found; absent: it has none. */
  readonly objects?: readonly DetectedObject[];
  /** One inference, as this page's clock has it. */
  readonly milliseconds: number;
}

/** What a model takes, as `Model.profile` tells: milliseconds of a whole run and of each stage. */
export interface Profile {
  readonly runs: number;
  readonly medianMs: number;
  readonly stages: readonly number[];
}

export type View = ModelView | FloatView | WaitingView;

/** What the page asks of its worker, and what comes back. */
export interface Calls {
  open(files: readonly NamedFile[]): Promise<View>;
  /** Takes a `.lbm` that was made of what is open. */
  resume(file: NamedFile): Promise<View>;
  quantize(request: QuantizeRequest): Promise<{ readonly view: ModelView; readonly report: QuantizeReport }>;
  /** The values of one image, of a file that may hold several. */
  image(file: NamedFile, i: number): Promise<{ readonly pixels: Images['pixels']; readonly count: number }>;
  run(image: Images, preprocessing: Preprocessing | undefined): Promise<RunResult>;
  /** The best class of each image. */
  classify(images: Images | NamedFile, preprocessing: Preprocessing | undefined): Promise<readonly number[]>;
  profile(): Promise<Profile>;
}

export type CallName = keyof Calls;

export interface Request {
  readonly id: number;
  readonly call: CallName;
  readonly args: readonly unknown[];
}

export type Reply =
  | { readonly id: number; readonly progress: { readonly what: string; readonly done: number; readonly total: number } }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure };

export interface Failure {
  readonly message: string;
  readonly problems: readonly Problem[];
}
