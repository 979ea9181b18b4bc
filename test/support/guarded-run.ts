import { expect } from 'vitest';
import { type CompileOptions, compile } from '../../src/compiler/compile.ts';
import type { ModelFile } from '../../src/format/model-file.ts';
import type { Numbers } from '../../src/format/values.ts';
import { writeModel } from '../../src/format/write.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { arenaOf, loaded, raw, runOnce, tiers } from './engine.ts';
import { damage, withGuards } from './guards.ts';
import { inputsOf } from './values.ts';

/** Both tiers give the reference's bytes in a poisoned arena, and nothing outside the buffers is written. Returns the file. */
export function checkGuarded(
  graph: Graph,
  options: CompileOptions = {},
  inputs: readonly Numbers[] = inputsOf(graph),
): ModelFile {
  const expected = evaluate(graph, inputs).outputs.map((values) => raw(values));
  const compiled = compile(graph, options);
  const { model, guards } = withGuards(compiled.model, compiled.plan);
  const file = writeModel(model);
  for (const tier of tiers) {
    for (const poison of [0xaa, 0x55]) {
      const engine = loaded(tier, file, poison);
      expect(runOnce(engine, inputs), `${graph.name}, ${tier}`).toEqual(expected);
      expect(damage(arenaOf(engine), guards, poison)).toBeUndefined();
    }
  }
  return model;
}
