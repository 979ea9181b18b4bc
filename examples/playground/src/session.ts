import { inspect } from '../../../src/analyze/inspect.ts';
import type { detections } from '../../../src/detect/detections.ts';
import { LiteBlockError } from '../../../src/format/errors.ts';
import type { ModelFile, Preprocessing } from '../../../src/format/model-file.ts';
import { readHeader, readModel } from '../../../src/format/read.ts';
import type { Values } from '../../../src/format/values.ts';
import { threshold } from '../../../src/jobs/agreement.ts';
import { bestOf } from '../../../src/jobs/best-of.ts';
import { valueFacts } from '../../../src/jobs/output-meaning.ts';
import { valuesOfPixels } from '../../../src/runtime/image/input.ts';
import { loadModel } from '../../../src/runtime/load.ts';
import type { Model } from '../../../src/runtime/model.ts';
import { rectanglesOfFile } from './arena-of-file.ts';
import { engine } from './engines.ts';
import type { ArenaRectangle, ImageInput, Images, ModelView, Profile, RunResult } from './protocol.ts';

/** An int8 model that is ready to run. */
export interface Session {
  readonly view: ModelView;
  run(image: Images, preprocessing: Preprocessing | undefined): RunResult;
  /** The best class of one image. Throws unsupported where no class follows from the output. */
  classOf(image: Images, preprocessing: Preprocessing | undefined): number;
  profile(): Profile;
  dispose(): void;
}

export interface Opening {
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly compiled: boolean;
  /** From the plan, where the model was compiled here. */
  readonly arena?: readonly ArenaRectangle[];
}

/** Loads a `.lbm`, and has it tested where it brings a known answer. */
export async function openSession({ fileName, bytes, compiled, arena }: Opening): Promise<Session> {
  const file = readModel(bytes, fileName);
  const model = await loadModel(bytes, { selfTest: file.digest !== undefined }, { engine });
  // Few models have boxes: what finds them is loaded for those alone.
  const finder = model.postprocess && (await import('../../../src/detect/detections.ts'));
  const view: ModelView = {
    kind: 'model',
    fileName,
    bytes,
    compiled,
    inspection: inspect(file, readHeader(bytes, fileName)),
    arena: arena ?? rectanglesOfFile(file),
    input: inputOf(file),
    labels: model.labels,
    classes: classesOf(model),
    preprocessing: model.preprocessing,
    tier: model.tier,
    selfTested: file.digest !== undefined,
  };
  return {
    view,
    run: (image, preprocessing) => run(model, image, preprocessing, finder?.detections),
    classOf: (image, preprocessing) => classIn(run(model, image, preprocessing).scores, model),
    profile: () => timesOf(model),
    dispose: () => model.dispose(),
  };
}

const isIndices = (dtype: string): boolean => dtype === 'i32' || dtype === 'i64';

/** Channels of the first output, and two where it is one probability; where it names classes, as many as have names. */
function classesOf({ outputs, labels }: Model): number {
  const { shape, dtype } = outputs[0] as Model['outputs'][number];
  if (isIndices(dtype)) return labels.length;
  return Math.max(shape.at(-1) ?? 1, 2);
}

/** As `liteblock eval` has it: the best score, or with one probability class 1 from 0.5 on. */
function classIn(scores: Float32Array, { outputs }: Model): number {
  const { shape, dtype } = outputs[0] as Model['outputs'][number];
  const unsupported = (what: string) => new LiteBlockError('unsupported', `accuracy: ${what}: no class follows`);
  if (!isIndices(dtype) && shape.slice(0, -1).some((side) => side !== 1)) {
    throw unsupported(`the output is a map of ${shape.slice(1).join('×')}`);
  }
  if (scores.length > 1) return bestOf(scores);
  if (!valueFacts(scores, 1).unit) throw unsupported('the output is one value, but not a probability from 0 to 1');
  return (scores[0] as number) >= threshold ? 1 : 0;
}

/** Undefined where the model has several inputs: a page has one image at a time. */
function inputOf({ inputs, operands }: ModelFile): ImageInput | undefined {
  const operand = operands[inputs[0]?.operand ?? -1];
  if (!operand || inputs.length !== 1) return undefined;
  const { height, width, channels } = operand;
  return { height, width, channels };
}

function timesOf(model: Model): Profile {
  const { runs, medianMs, stages } = model.profile({ milliseconds: 600 });
  return { runs, medianMs, stages: stages.map(({ ms }) => ms) };
}

function run(
  model: Model,
  { pixels }: Images,
  preprocessing: Preprocessing | undefined,
  find?: typeof detections,
): RunResult {
  const input = model.inputs[0] as Model['inputs'][number];
  const values = pixels instanceof Uint8Array ? valuesOfPixels(pixels, input, preprocessing) : pixels;
  const start = performance.now();
  const outputs = model.run(values);
  const milliseconds = performance.now() - start;
  const found = find && { objects: find(model, outputs) };
  return { scores: scoresOf(model, outputs[0] as Values), ...found, milliseconds };
}

/** The real score of each class; of indices, the share of them that name it. */
function scoresOf({ outputs, labels }: Model, output: Values): Float32Array {
  if (output instanceof Int32Array || output instanceof BigInt64Array) {
    const indices = Array.from(output as Iterable<number | bigint>, Number);
    const scores = new Float32Array(indices.reduce((most, index) => Math.max(most, index + 1), labels.length));
    for (const index of indices) scores[index] = (scores[index] as number) + 1 / indices.length;
    return scores;
  }
  const { scale, zeroPoint, dtype } = outputs[0] as Model['outputs'][number];
  return Float32Array.from(output, (q) => (dtype === 'f32' ? q : scale * (q - zeroPoint)));
}
