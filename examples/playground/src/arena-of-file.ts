import type { ModelFile } from '../../../src/format/model-file.ts';
import type { ArenaRectangle } from './protocol.ts';

/**
 * The arena of a bare `.lbm`, from its operands and schedule. What the planner knew of names and views is not in the file:
 * operands that share bytes for a while are one rectangle, from the first step that writes it to the last that reads it.
 */
export function rectanglesOfFile(file: ModelFile): ArenaRectangle[] {
  const end = Math.max(file.schedule.length - 1, 0);
  const spans = file.operands.map(() => ({ first: end, last: 0 }));
  const names = file.operands.map(() => '');
  const zeroRows = new Set<number>();
  const touch = (operand: number | undefined, step: number): void => {
    const span = spans[operand ?? -1];
    if (!span) return;
    span.first = Math.min(span.first, step);
    span.last = Math.max(span.last, step);
  };
  file.schedule.forEach(({ stage }, step) => {
    const { opcode, words } = file.stages[stage] as ModelFile['stages'][number];
    for (const operand of [words.y, words.x, words.x2, words.zeroRow]) touch(operand, step);
    names[words.y ?? -1] ||= file.metadata.stages[stage]?.name ?? '';
    if (opcode === 'fill') zeroRows.add(words.y as number);
  });
  for (const { operand, name, perImage } of file.inputs) {
    touch(operand, 0);
    if (!perImage) touch(operand, end);
    names[operand] ||= name;
  }
  for (const { operand } of file.outputs) touch(operand, end);

  const tensors = file.operands.flatMap((operand, i): ArenaRectangle[] => {
    const { first, last } = spans[i] as { first: number; last: number };
    if (operand.constant || first > last) return [];
    const kind = zeroRows.has(i) ? 'zeroRows' : 'activations';
    const bytes = operand.capacity * operand.rowBytes;
    return [{ name: names[i] as string, kind, offset: operand.address, bytes, spans: [[first, last]] }];
  });
  return [...merged(tensors), ...scratchOf(file), stateOf(file, end)];
}

/** Operands at the same bytes whose steps meet are one memory. */
function merged(tensors: readonly ArenaRectangle[]): ArenaRectangle[] {
  const done: ArenaRectangle[] = [];
  for (const next of tensors) {
    const at = done.findIndex(
      ({ offset, bytes, spans: [[first, last] = [0, 0]] }) =>
        offset === next.offset &&
        bytes === next.bytes &&
        first <= (next.spans[0]?.[1] ?? 0) &&
        last >= (next.spans[0]?.[0] ?? 0),
    );
    const known = done[at];
    if (!known) {
      done.push(next);
      continue;
    }
    const [a = [0, 0], b = [0, 0]] = [known.spans[0], next.spans[0]];
    const span = [Math.min(a[0], b[0]), Math.max(a[1], b[1])] as const;
    done[at] = { ...known, name: [known.name, next.name].filter(Boolean).join(' = '), spans: [span] };
  }
  return done;
}

function scratchOf(file: ModelFile): ArenaRectangle[] {
  return file.stages.map(({ words }, stage): ArenaRectangle => {
    const steps = file.schedule.flatMap((step, i) => (step.stage === stage ? [i] : []));
    return {
      name: file.metadata.stages[stage]?.name ?? '',
      kind: 'scratch',
      offset: words.scratch ?? 0,
      bytes: words.scratchBytes ?? 0,
      spans: runsOf(steps),
    };
  });
}

const stateOf = (file: ModelFile, end: number): ArenaRectangle => ({
  name: 'stage counters',
  kind: 'state',
  offset: file.stateOffset,
  bytes: 4 * file.stages.length,
  spans: [[0, end]],
});

/** 1, 2, 3, 7 → 1 to 3, 7 to 7. */
export function runsOf(steps: readonly number[]): [first: number, last: number][] {
  const runs: [number, number][] = [];
  for (const step of steps) {
    const run = runs.at(-1);
    if (run && run[1] === step - 1) run[1] = step;
    else runs.push([step, step]);
  }
  return runs;
}
