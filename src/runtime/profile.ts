import { LiteBlockError } from '../format/errors.ts';
import type { ModelFile } from '../format/model-file.ts';
import { checkNames, checkNumbers } from './limits.ts';

export interface ProfileOptions {
  /** Runs that are timed, 1 or more. Without it, as many as `milliseconds` allows. */
  readonly runs?: number;
  /** Runs that are not counted, while the host compiles what is first used. 3 without it. */
  readonly warmup?: number;
  /** About how long runs are repeated: 500 without it. */
  readonly milliseconds?: number;
  /** Told how far it is, from 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** Throws usage for a number of runs or a time with which it would never end, and for options that it does not know. */
export function checkProfileOptions(options: ProfileOptions): void {
  checkNames('profile', options, ['runs', 'warmup', 'milliseconds', 'onProgress']);
  checkNumbers('profile', options, { runs: 'positive', warmup: 'count', milliseconds: 'time' });
}

/** What one stage takes: the engine's part of one node of the user's model. All its steps are summed. */
export interface StageProfile {
  /** Of the node; rows of zero points, which belong to no node, have a stage of their own. */
  readonly name: string;
  readonly op: string;
  readonly kernel: string;
  readonly ms: number;
  readonly macs: number;
  /** 0 where it multiplies nothing. */
  readonly gmacsPerSecond: number;
}

/** How long a model takes, copies of inputs and outputs not counted, and where. */
export interface Profile {
  readonly runs: number;
  readonly medianMs: number;
  readonly minMs: number;
  readonly macs: number;
  /** At the minimum. */
  readonly gmacsPerSecond: number;
  /** By the number of the stage. Their sum is a little more than a run, as the clock is read after every step. */
  readonly stages: readonly StageProfile[];
}

/** What is timed. Inputs are given anew before each run, since the arena's memory is reused. */
export interface Timed {
  give(): void;
  run(): void;
  step(step: number): void;
}

/** Milliseconds that a sample must take where the clock is coarse: browsers round it to 0.005, 0.1 or 1. */
const leastSample = 20;
/** Multiply-accumulates after which a clock that did not move stands still: at most a second or so of SIMD. */
const enough = 5e9;
/** What a run costs beside them, in these units. */
const overhead = 200_000;

const now = (): number => performance.now();

/** True where the clock tells two readings apart, so that single runs can be timed. */
function isFine(): boolean {
  const readings = Array.from({ length: 9 }, now);
  return readings.filter((reading, i) => reading > (readings[i - 1] ?? reading)).length > 4;
}

/** Milliseconds for `runs` times all of `parts`. */
function time(runs: number, ...parts: readonly (() => void)[]): number {
  const start = now();
  for (let i = 0; i < runs; i++) for (const part of parts) part();
  return now() - start;
}

/** Milliseconds for `runs` runs, less what giving the inputs takes. */
function sample({ give, run }: Timed, runs: number): number {
  if (runs > 1) return Math.max(0, time(runs, give, run) - time(runs, give));
  give();
  return time(1, run);
}

/** How many runs a sample has, so that the clock's steps do not count. Throws where the clock stands still. */
function runsOfSample(timed: Timed, macs: number): number {
  let runs = 1;
  if (isFine()) return runs;
  for (let done = 0, ms = 0; ; runs *= 2) {
    const took = sample(timed, runs);
    // Twice, as other work of the machine may have made the first one long.
    if (took >= leastSample && sample(timed, runs) >= leastSample) return runs;
    done += runs;
    ms += took;
    if (ms === 0 && done * (macs + overhead) > enough) {
      const what = 'the clock of this host stands still while it computes, as on Cloudflare Workers: profile elsewhere';
      throw new LiteBlockError('engine', `profile: ${what}`);
    }
  }
}

/** What each stage takes in the mean of `runs` runs. */
function stepThrough({ give, step }: Timed, { schedule, stages }: ModelFile, runs: number): Float64Array {
  const pass = new Float64Array(stages.length);
  for (let run = 0; run < runs; run++) {
    give();
    let before = now();
    schedule.forEach(({ stage }, i) => {
      step(i);
      const after = now();
      pass[stage] = (pass[stage] as number) + (after - before) / runs;
      before = after;
    });
  }
  return pass;
}

const sum = (pass: Float64Array): number => pass.reduce((total, ms) => total + ms, 0);

/** The faster half of the passes: without what other work of the machine adds. */
const fasterHalf = (passes: readonly Float64Array[]): Float64Array[] =>
  [...passes].sort((a, b) => sum(a) - sum(b)).slice(0, (passes.length + 1) >> 1);

const rate = (macs: number, ms: number): number => (ms > 0 ? macs / ms / 1e6 : 0);

/** Times whole runs and, in between, runs step by step. */
export function profile(timed: Timed, file: ModelFile, options: ProfileOptions = {}): Profile {
  const { runs, warmup = 3, milliseconds = 500, onProgress } = options;
  const { stages: notes } = file.metadata;
  const macs = notes.reduce((total, note) => total + note.macs, 0);
  for (let i = 0; i < warmup; i++) {
    timed.give();
    timed.run();
    stepThrough(timed, file, 1);
  }
  const each = runsOfSample(timed, macs);
  const samples: number[] = [];
  const passes: Float64Array[] = [];
  const start = now();
  for (let share = 0; share < 1; onProgress?.(Math.min(share, 1))) {
    samples.push(sample(timed, each) / each);
    passes.push(stepThrough(timed, file, each));
    share = runs === undefined ? (now() - start) / milliseconds : (samples.length * each) / runs;
  }
  samples.sort((a, b) => a - b);
  const minMs = samples[0] as number;
  const counted = fasterHalf(passes);
  return {
    runs: samples.length * each,
    medianMs: samples[samples.length >> 1] as number,
    minMs,
    macs,
    gmacsPerSecond: rate(macs, minMs),
    stages: notes.map(({ name, op, kernel, macs: own }, stage) => {
      const ms = counted.reduce((total, pass) => total + (pass[stage] as number), 0) / counted.length;
      return { name, op, kernel, ms, macs: own, gmacsPerSecond: rate(own, ms) };
    }),
  };
}
