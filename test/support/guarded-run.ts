import { expect } from 'vitest';
import { type CompileOptions, compile } from '../../src/compiler/compile.ts';
import type { ModelFile } from '../../src/format/model-file.ts';
import type { Numbers } from '../../src/format/values.ts';
import { writeModel } from '../../src/format/write.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { arenaOf, builds, loaded, poisonOf, raw, runOnce } from './engine.ts';
import { damage, withGuards } from './guards.ts';
import { inputsOf } from './values.ts';

/**
 * Every build gives the reference's bytes in a poisoned arena, nothing outside the buffers is written, and the debug builds see
 * no load or store that is not the stage's own. Returns the file.
 */
export function checkGuarded(
  graph: Graph,
  options: CompileOptions = {},
  inputs: readonly Numbers[] = inputsOf(graph),
): ModelFile {
  const expected = evaluate(graph, inputs).outputs.map((values) => raw(values));
  const compiled = compile(graph, options);
  const { model, guards } = withGuards(compiled.model, compiled.plan);
  const file = writeModel(model);
  for (const build of builds) {
    const poison = poisonOf(build);
    const engine = loaded(build, file, poison);
    expect(runOnce(engine, inputs), `${graph.name}, ${build}`).toEqual(expected);
    expect(damage(arenaOf(engine), guards, poison)).toBeUndefined();
  }
  return model;
}
