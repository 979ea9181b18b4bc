import { checkFunction, checkKind } from '../format/arguments.ts';
import { answerRuns, type Digest, type DigestInput, digestInputs, digestOf, digestSeed } from '../format/digest.ts';
import type { ModelFile } from '../format/model-file.ts';
import { operationsOf } from '../format/operations.ts';
import { arrayOf } from '../format/values.ts';
import type { QuantizedEvaluator } from '../graph/evaluator.ts';
import { type Graph, variablesOf } from '../graph/graph.ts';
import { elements } from '../graph/tensor.ts';

/**
 * Elementary operations of the costliest model that is run for its known answer: above those of MobileNetV2-1.0-224 (301
 * million multiply-accumulates), and below two seconds where a pool takes 3 ns for each.
 */
export const mostAnswerOperations = 400_000_000;

/** Its RAM, in bytes. A run takes about three times as much: inputs and outputs are copied. */
export const mostAnswerRam = 32 * 2 ** 20;

const grouped = (value: number): string => value.toLocaleString('en-US');

/** Why a model is not run for its known answer, in words; undefined where it is. */
export function unansweredBecause(model: ModelFile): string | undefined {
  const operations = operationsOf(model) * answerRuns(model.variables?.length ?? 0);
  const without = 'it has no known answer for self-tests:';
  if (operations > mostAnswerOperations) {
    return `${without} a run takes ${grouped(operations)} operations (the limit is ${grouped(mostAnswerOperations)})`;
  }
  if (model.ramBytes > mostAnswerRam) {
    return `${without} it needs ${grouped(model.ramBytes)} bytes of RAM (the limit is ${grouped(mostAnswerRam)})`;
  }
  return undefined;
}

/** What the graph gives for seeded inputs, with variables of several runs, as a checksum. `compiled` is its `.lbm`, as yet without an answer. */
export function knownAnswer(graph: Graph, evaluate: QuantizedEvaluator, compiled: Uint8Array): Digest {
  const tensors = graph.inputs.map((id) => graph.tensors[id]);
  const runs = Array.from({ length: answerRuns(variablesOf(graph).length) }, () => tensors);
  const inputs = digestInputs(
    digestSeed,
    runs.flat().map(({ shape, dtype }) => ({ dtype: dtype as DigestInput['dtype'], size: elements(shape) })),
  );
  const run = evaluate(graph, compiled);
  checkFunction('compile: the result of evaluate', run);
  const outputs = runs.flatMap((_, i) => {
    const given = run(inputs.slice(i * tensors.length, (i + 1) * tensors.length));
    checkKind('compile: the result of a run of evaluate', given, 'Array');
    graph.outputs.forEach((id, j) => {
      const { name, dtype } = graph.tensors[id];
      checkKind(`compile: the value of evaluate for the output "${name}"`, given[j], arrayOf(dtype)?.name ?? dtype);
    });
    return given;
  });
  return { seed: digestSeed, crc: digestOf(outputs) };
}
