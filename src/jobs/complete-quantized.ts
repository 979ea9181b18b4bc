import { type Compiled, compile } from '../compiler/compile.ts';
import { type ImportFileOptions, importCompleted } from '../compiler/import-file.ts';
import type { Graph } from '../graph/graph.ts';
import type { ImageValues } from '../import/npy/images.ts';
import { type Agreement, agreementOf } from './agreement.ts';
import type { Evaluators } from './evaluators.ts';
import type { ImageSource } from './image-values.ts';
import { type Calibrated, calibrate, planOf, type QuantizeModelOptions } from './quantize-model.ts';

/** A quantised file that left something in real values, as a whole int8 model. */
export interface CompletedModel {
  /** The file with its known answer. */
  readonly compiled: Compiled;
  /** Tensors whose scales are of the images, by their names in the file. */
  readonly calibrated: readonly string[];
  /** How often it names the class that the file's network does in real values. */
  readonly agreement: Agreement;
  /** The network in real values. */
  readonly real: Graph;
}

/**
 * A .pt2 or .onnx that is quantised but for something as an int8 `.lbm`: what it quantises keeps its numbers, the rest is calibrated
 * on images. `open` gives them for the network in real values. Throws what `importFile`, `quantize` and `compile` throw.
 */
export async function completeQuantized(
  bytes: Uint8Array,
  source: string,
  imported: ImportFileOptions,
  open: (real: Graph) => Promise<ImageSource | readonly ImageValues[]>,
  evaluators: Evaluators,
  options: QuantizeModelOptions = {},
): Promise<CompletedModel> {
  let made: { readonly real: Graph; readonly calibration: Calibrated } | undefined;
  const { graph, calibrated } = await importCompleted(bytes, source, imported, async (real) => {
    made = { real, calibration: calibrate(real, await open(real), evaluators, options) };
    return made.calibration.quantized.graph;
  });
  if (!made) throw new Error('the file was not calibrated');
  const { real, calibration } = made;
  const { notes, count } = calibration;
  const compiled = compile(graph, { ...notes, ...planOf(options), evaluate: evaluators.evaluateQuantized });
  const agreement = agreementOf(real, graph, calibration.real, evaluators, notes.labels?.length ?? 0, (done) =>
    options.onProgress?.(done, count, 'comparing'),
  );
  return { compiled, calibrated, agreement, real };
}
