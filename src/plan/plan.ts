import { LiteBlockError } from '../format/errors.ts';
import { readSlack } from '../format/instructions.ts';
import type { Metadata, Step } from '../format/model-file.ts';
import { type Graph, variablesOf, viewOf } from '../graph/graph.ts';
import { type Kernel, scratchBytesOf } from '../graph/op.ts';
import type { RowRule } from '../graph/rules.ts';
import type { TensorId } from '../graph/tensor.ts';
import { inUse, mostInUse, place } from './arena.ts';
import { type ArenaBuffer, type BufferKind, buffersOf } from './buffers.ts';
import { withOverwriting } from './in-place.ts';
import { type Layout, separate, withViews } from './layout.ts';
import { refuseLarge } from './limits.ts';
import { type Operands, operandsOf, type PlannedOperand } from './operands.ts';
import { partsOf } from './parts.ts';
import { placesOf } from './places.ts';
import { type Read, readsOf } from './reads.ts';
import { streamsOf } from './region.ts';
import { allRegions, type Cuts, cutsWithin, leastBytes } from './regions.ts';
import { replay } from './replay.ts';
import { ringsOf } from './rings.ts';
import { layerByLayer, type NodeStep } from './schedule.ts';
import { rowTableBytes } from './scratch.ts';
import { programOf, type Stage } from './stages.ts';
import { withoutCopies } from './variables.ts';

/** Options of the planner; `compile` takes them, too. */
export interface PlanOptions {
  /** 'all': every tensor in a whole buffer of its own that nothing else uses, for per-layer dumps. */
  readonly keep?: 'all';
  /** Rows that a tensor's ring holds, where not all of them. */
  readonly capacities?: ReadonlyMap<TensorId, number>;
  /** Steps of nodes; absent: one a node, in the graph's order. Steps of nodes that need no stage are left out. */
  readonly schedule?: readonly NodeStep[];
  /**
   * speed: whole layers, one after another, unless that takes more than `ramBytes`. ram: the smallest arena that is found,
   * with layers streamed by rows through rings. Absent: speed.
   */
  readonly optimize?: 'speed' | 'ram';
  /** Bytes of RAM that the plan should fit in. Of the plans that do, the one with the fewest steps is taken. */
  readonly ramBytes?: number;
}

/** One stage record, as far as the planner decides it. Operands are indices, −1 where there is none. */
export interface PlannedStage {
  /** An index into `Graph.nodes`, −1 for the filling of a zero row. */
  readonly node: number;
  /** The operand that it writes. */
  readonly y: number;
  /** The operand that it reads. */
  readonly x: number;
  /** The second operand that it reads. */
  readonly x2: number;
  /** The row of zero points that stands for rows outside x. */
  readonly zeroRow: number;
  /** How x and x2 are read. */
  readonly rule?: RowRule;
  /** How x2 is read. */
  readonly rule2?: RowRule;
  /** Rows of its largest step. */
  readonly rows: number;
  /** Index of its scratch buffer. */
  readonly scratch: number;
}

/** Where every tensor lies and what runs when: the arena, exactly. Plain data. */
export interface Plan {
  /** The tensors as stages read and write them. */
  readonly operands: readonly PlannedOperand[];
  /** The operand of each tensor of the graph; −1 for constants that are not read by row and for tensors of no node. */
  readonly operandOf: readonly number[];
  /** What is computed. */
  readonly stages: readonly PlannedStage[];
  /** In which order, and how many rows at a time. */
  readonly steps: readonly Step[];
  /** Where everything lies in the arena. */
  readonly buffers: readonly PlacedBuffer[];
  /** The end of the highest buffer and the slack that kernels may read beyond it. */
  readonly ramBytes: number;
  /** The step in which most bytes are in use, and how many: no arena for these rings and steps is smaller. */
  readonly bindingStep: number;
  /** Bytes in use at that step. */
  readonly liveBytes: number;
  /** `ramBytes` by kind at that step. */
  readonly ram: Metadata['ram'];
  /** Where the stage counters lie in the arena, in bytes. */
  readonly stateOffset: number;
}

/** A buffer and where it lies in the arena. */
export interface PlacedBuffer extends ArenaBuffer {
  /** In bytes. */
  readonly offset: number;
}

/**
 * Plans a graph whose nodes run on `kernels`, one each. Throws `usage` where a schedule or capacities given do not work, and
 * `unsupported` for a graph beyond the limits of limits.ts, before it is planned.
 */
export function plan(graph: Graph, kernels: readonly Kernel[], options: PlanOptions = {}): Plan {
  refuseLarge(graph, () => readsOf(graph, kernels));
  const whole = planEither(graph, kernels, options);
  const { keep, capacities, schedule, optimize = 'speed', ramBytes = Infinity } = options;
  const isGiven = keep !== undefined || capacities !== undefined || schedule !== undefined;
  if (isGiven || (optimize === 'speed' && whole.ramBytes <= ramBytes)) return whole;
  return streamedPlan(graph, kernels, whole, optimize === 'ram' ? 0 : ramBytes);
}

/** With concatenations in place or, where that saves much, copied. */
function planEither(graph: Graph, kernels: readonly Kernel[], options: PlanOptions): Plan {
  const placed = planWith(graph, kernels, options, true);
  if (!graph.nodes.some(({ op }) => op.places)) return placed;
  const copied = planWith(graph, kernels, options, false);
  return copied.ramBytes < placed.ramBytes * worthCopies ? copied : placed;
}

/** Shares above the smallest bytes of activations at which cuts are tried: scratch, rows of zero points and gaps differ. */
const triedShares = [1, 1.02, 1.05, 1.1, 1.2];
/** How often cuts are made anew for what an arena takes beyond activations. */
const mostTries = 6;

/**
 * The plan with the fewest steps that fits in `ramBytes`, else the smallest that is found: regions of layers are streamed by
 * rows, where that helps. `whole` has its layers whole.
 */
function streamedPlan(graph: Graph, kernels: readonly Kernel[], whole: Plan, ramBytes: number): Plan {
  const reads = readsOf(graph, kernels);
  const regions = allRegions(streamsOf(graph, reads, ringsOf(graph, reads, [], [])));
  const planOf = (cuts: Cuts | undefined): Plan | undefined => {
    if (!cuts) return undefined;
    const { capacities, schedule } = cuts;
    try {
      return planEither(graph, kernels, { capacities, schedule });
    } catch (error) {
      if (error instanceof LiteBlockError && error.code === 'usage') return undefined; // views do not go with these rings
      throw error;
    }
  };
  let limit = ramBytes - readSlack;
  for (let tries = 0; tries < mostTries && limit > 0; tries++) {
    const tried = planOf(cutsWithin(regions, limit));
    if (!tried) break;
    if (tried.ramBytes <= ramBytes) return tried;
    limit -= tried.ramBytes - ramBytes;
  }
  const bytes = leastBytes(regions);
  const tried = triedShares.map((share) => cutsWithin(regions, bytes * share));
  // Shares that allow no larger region give the same cuts, which are planned once.
  const different = tried.filter((each, i) => each?.bytes !== tried[i - 1]?.bytes);
  const plans = different.flatMap((each) => planOf(each) ?? []);
  return plans.reduce((best, each) => (each.ramBytes < best.ramBytes ? each : best), whole);
}

/**
 * What is made in its place has the memory of the whole from then on. A copy takes a hundredth of the time of what makes it,
 * so RAM has to fall below this part for all concatenations to be copied.
 */
const worthCopies = 3 / 4;

function planWith(graph: Graph, kernels: readonly Kernel[], options: PlanOptions, mayPlace: boolean): Plan {
  const keepAll = options.keep === 'all';
  const reads = readsOf(graph, kernels);
  const capacities = keepAll ? undefined : wholeVariables(graph, options.capacities);
  const viewedBy = (overState: boolean): Viewed => {
    const parts = keepAll ? [] : partsOf(graph, kernels, capacities, overState);
    const places = keepAll || !mayPlace ? [] : placesOf(graph, kernels, parts, capacities);
    const rings = ringsOf(graph, reads, parts, places, capacities);
    const layout = keepAll ? separate(graph, rings) : withViews(graph, rings, parts, places, overState);
    const schedule = options.schedule?.filter(({ node }) => !layout.isView[node]) ?? layerByLayer(graph, layout);
    return { layout, schedule, fault: replay(graph, reads, layout, schedule) };
  };
  let viewed = viewedBy(true);
  // A variable may become what another one was, of which a view would be overwritten by then.
  if (viewed.fault && graph.variables) viewed = viewedBy(false);
  const { fault } = viewed;
  if (fault) throw new LiteBlockError('usage', `${graph.name}: the schedule does not work: ${fault}`);
  const inOrder = !options.schedule && !capacities;
  const { layout, schedule } = keepAll ? viewed : inMemory(graph, reads, viewed, inOrder);

  const program = programOf(graph, reads, layout, schedule);
  const operands = operandsOf(graph, layout, program);
  const scratch = program.stages.map((stage) => stageScratchBytes(graph, kernels, operands, stage));
  const claims = buffersOf(graph, program, operands, scratch, keepAll);
  const { offsets, bytes } = place(claims);
  const buffers = claims.map((claim, i): PlacedBuffer => ({ ...claim, offset: offsets[i] }));

  const firstScratch = claims.length - 1 - program.stages.length;
  const stages = program.stages.map(({ node, zeroRow, rows, reads: [x, x2] }, s): PlannedStage => {
    const zeroRowOperand = operands.zeroRowOperands[zeroRow] ?? -1;
    const operandOf = (id: TensorId | undefined): number => operands.operandOf[id ?? -1] ?? -1;
    return {
      node,
      y: operands.madeBy[s],
      x: operandOf(x?.tensor),
      x2: operandOf(x2?.tensor),
      zeroRow: node < 0 ? -1 : zeroRowOperand,
      ...(x && { rule: x.rule }),
      ...(x2 && { rule2: x2.rule }),
      rows,
      scratch: firstScratch + s,
    };
  });
  const ramBytes = bytes + readSlack;
  const most = mostInUse(claims);
  return {
    operands: operands.operands,
    operandOf: operands.operandOf,
    stages,
    steps: program.steps,
    buffers,
    ramBytes,
    bindingStep: most.step,
    liveBytes: most.bytes,
    ram: breakdown(buffers, most.step, ramBytes),
    stateOffset: buffers[buffers.length - 1].offset,
  };
}

/** A layout, a schedule of its stages, and why that does not work. */
interface Viewed {
  readonly layout: Layout;
  readonly schedule: readonly NodeStep[];
  readonly fault: string | undefined;
}

/** Lets variables and outputs take over memory. */
function inMemory(graph: Graph, reads: readonly (readonly Read[])[], viewed: Viewed, inOrder: boolean) {
  const { layout, schedule } = withoutCopies(graph, reads, viewed.layout, viewed.schedule);
  return { schedule, layout: withOverwriting(graph, reads, layout, schedule, inOrder) };
}

/** A variable has all of its rows, whatever capacity is given for it. */
function wholeVariables(
  graph: Graph,
  capacities: ReadonlyMap<TensorId, number> | undefined,
): ReadonlyMap<TensorId, number> | undefined {
  if (!capacities || !graph.variables) return capacities;
  const whole = new Set(variablesOf(graph).flatMap(({ value, next }) => [value, next]));
  return new Map([...capacities].filter(([id]) => !whole.has(id)));
}

function stageScratchBytes(
  graph: Graph,
  kernels: readonly Kernel[],
  { operands, operandOf }: Operands,
  { node: n, rows, reads: [x, x2] }: Stage,
): number {
  const node = graph.nodes[n];
  if (!node || !x) return rowTableBytes(rows);
  const height = operands[operandOf[x.tensor]].height;
  const own = scratchBytesOf(kernels[n], viewOf(graph, node), rows);
  return rowTableBytes(rows, { rule: x.rule, height }, x2 !== undefined) + own;
}

function breakdown(buffers: readonly ArenaBuffer[], step: number, ramBytes: number): Metadata['ram'] {
  const live = (kind: BufferKind): number =>
    buffers.reduce((sum, buffer) => sum + (buffer.kind === kind && inUse(buffer, step) ? buffer.bytes : 0), 0);
  const parts = {
    activations: live('activations'),
    zeroRows: live('zeroRows'),
    scratch: live('scratch'),
    state: live('state'),
  };
  const used = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
  return { ...parts, unused: ramBytes - used };
}
