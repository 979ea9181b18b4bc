import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { writeModel } from '../../src/format/write.ts';
import { type Graph, viewOf } from '../../src/graph/graph.ts';
import type { RowRule } from '../../src/graph/rules.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { catalogue } from '../cases/catalogue.ts';
import { builds, loaded, poisonOf, pullRows, pushRows, raw } from '../support/engine.ts';
import { inputsOf } from '../support/values.ts';

/**
 * Every op by a hand-written schedule of k rows a step, its rings as small as the steps allow: an input ring of
 * (k − 1) · stride rows more than one window reaches, an output ring of k. Rows are pushed as a step needs them and pulled
 * after it. What a larger ring would have forgiven, an arena of 0xAA or 0x55 shows.
 */

const ruleOf = (graph: Graph): RowRule => {
  const node = graph.nodes[0] as Graph['nodes'][number];
  return node.op.rows(viewOf(graph, node), 0);
};

/** One more than the last row of x that output rows before `end` need. */
function rowsNeeded(rule: RowRule, end: number, height: number, ratio: number): number {
  if (rule.kind === 'flat') return Math.min(Math.ceil(end * ratio), height);
  if (rule.kind === 'span') return rule.rows(end - 1)[1];
  if (rule.kind !== 'window') throw new Error(`${rule.kind} has no ring`);
  return Math.min((end - 1) * rule.stride - rule.top + (rule.window - 1) * rule.dilation + 1, height);
}

const whole = catalogue.flatMap((cases) => cases.whole ?? []);

it('an operator that is not run by rows gives its reason', () => {
  for (const graph of whole)
    expect(ruleOf(graph)).toMatchObject({ kind: 'whole', reason: expect.stringMatching(/\w+ \w+/) });
});

describe.each(builds)('%s', (build) => {
  for (const [name, graph] of catalogue.flatMap(({ rings = {} }) => Object.entries(rings))) {
    it.each([1, 2, 3])(`${name} in steps of %i rows equals the reference`, (k) => {
      const [inputId] = graph.inputs as [number];
      const [outputId] = graph.outputs as [number];
      const height = graph.tensors[inputId]?.shape[1] as number;
      const outHeight = graph.tensors[outputId]?.shape[1] as number;
      const rule = ruleOf(graph);
      const ratio = height / outHeight;
      const capacity =
        rule.kind === 'window'
          ? (rule.window - 1) * rule.dilation + 1 + (k - 1) * rule.stride
          : Math.max(
              ...Array.from({ length: outHeight - k + 1 }, (_, r) =>
                rule.kind === 'span'
                  ? rule.rows(r + k - 1)[1] - rule.rows(r)[0]
                  : Math.ceil((r + k) * ratio) - Math.floor(r * ratio),
              ),
            );
      expect(height, 'the input ring comes round twice').toBeGreaterThanOrEqual(3 * capacity);
      const inputs = inputsOf(graph);
      // Rings of two sizes: in equal ones the rows of x and x2 would lie at the same places, whichever row is asked for.
      const capacities = new Map(
        graph.inputs.map((id, i) => [id, graph.tensors[id]?.shape[1] === height ? capacity + i : 1]),
      );
      const schedule = Array.from({ length: Math.ceil(outHeight / k) }, (_, i) => ({
        node: 0,
        rows: Math.min(k, outHeight - i * k),
      }));
      const compiled = compile(graph, { capacities, schedule });
      // A planner keeps outputs whole; here the host takes rows as they come.
      const made = new Set(compiled.model.stages.map(({ words }) => words.y));
      const output = compiled.model.outputs[0]?.operand as number;
      const operands = compiled.model.operands.map((o, i) =>
        i === output || (made.has(i) && o.height === outHeight) ? { ...o, capacity: Math.min(k, o.height) } : o,
      );
      const file = writeModel({ ...compiled.model, operands });
      const expected = raw(evaluate(graph, inputs).outputs[0] as Int8Array);

      const engine = loaded(build, file, poisonOf(build));
      const got: number[] = [];
      const pushed = graph.inputs.map(() => 0);
      for (const [i, step] of compiled.model.schedule.entries()) {
        if (compiled.model.stages[step.stage]?.opcode !== 'fill') {
          const done = got.length / engine.outputRowBytes(0);
          graph.inputs.forEach((id, input) => {
            const rows = graph.tensors[id]?.shape[1] as number;
            const to = rows === height ? rowsNeeded(rule, done + step.rows, height, ratio) : rows;
            pushRows(engine, input, raw(inputs[input] as Int8Array), pushed[input] as number, to);
            pushed[input] = Math.max(to, pushed[input] as number);
          });
          expect(engine.execute(i, i + 1)).toBe(0);
          // Of several stages that make a row together, the last.
          const next = compiled.model.schedule[i + 1]?.stage;
          if (next === undefined || next <= step.stage) got.push(...pullRows(engine, 0, done, done + step.rows));
        } else expect(engine.execute(i, i + 1)).toBe(0);
      }
      expect(Uint8Array.from(got)).toEqual(expected);
    });
  }
});
