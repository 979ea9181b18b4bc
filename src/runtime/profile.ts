import { checkOptions } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { ModelFile } from '../format/model-file.ts';
import { checkNumbers } from './limits.ts';

/** Options of `Model.profile`. */
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

/** What one stage takes: the engine's part of one node of the user's model. All its steps are summed. */
export interface StageProfile {
  /** Of the node; rows of zero points, which belong to no node, have a stage of their own. */
  readonly name: string;
  /** The operator of the node. */
  readonly op: string;
  /** The kernel that computes it. */
  readonly kernel: string;
  /** Milliseconds in one run: the mean of the faster half of the runs. */
  readonly ms: number;
  /** Multiply-accumulates of one image. */
  readonly macs: number;
  /** 0 where it multiplies nothing. */
  readonly gmacsPerSecond: number;
}

/** How long a model takes, and where. Copies are counted on a coarse clock alone, and only those of inputs. */
export interface Profile {
  /** How many runs were timed. */
  readonly runs: number;
  /** Milliseconds of the median run. */
  readonly medianMs: number;
  /** Milliseconds of the fastest run. */
  readonly minMs: number;
  /** Multiply-accumulates of one image. */
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

/** True where the clock tells any two readings apart, so that single runs can be timed. */
function isFine(): boolean {
  const readings = Array.from({ length: 9 }, now);
  return readings.every((reading, i) => i === 0 || reading > readings[i - 1]);
}

/** Runs that were timed together, and milliseconds for each of them. */
interface Sample {
  readonly runs: number;
  readonly ms: number;
}

/** One run by itself, without the copies of its inputs. */
function sampleOne({ give, run }: Timed): Sample {
  give();
  const start = now();
  run();
  return { runs: 1, ms: now() - start };
}

/**
 * As many runs as take `leastSample` on a coarse clock, with the copies of their inputs: what these take cannot be measured
 * apart, and the difference of two timings came out as 0 on a busy machine. The clock is read after one run, then after an
 * eighth of those that are done. Throws where the clock stands still.
 */
function sampleMany({ give, run }: Timed, macs: number): Sample {
  const start = now();
  for (let runs = 0; ; ) {
    for (const end = runs + Math.max(1, runs >> 3); runs < end; runs++) {
      give();
      run();
    }
    const took = now() - start;
    if (took >= leastSample) return { runs, ms: took / runs };
    if (took === 0 && runs * (macs + overhead) > enough) {
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
      pass[stage] = pass[stage] + (after - before) / runs;
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

const optionTypes = { runs: 'number', warmup: 'number', milliseconds: 'number', onProgress: 'function' };

/** Throws usage for an option that there is not, and for one with which a profile would not end. */
export function checkProfileOptions(options: ProfileOptions): void {
  checkOptions('profile', options, optionTypes);
  checkNumbers('profile', options, { runs: 'positive', warmup: 'count', milliseconds: 'time' });
}

/** Times whole runs and, in between, runs step by step. */
export function profile(timed: Timed, file: ModelFile, options: ProfileOptions = {}): Profile {
  checkProfileOptions(options);
  const { runs, warmup = 3, milliseconds = 500, onProgress } = options;
  const { stages: notes } = file.metadata;
  const macs = notes.reduce((total, note) => total + note.macs, 0);
  for (let i = 0; i < warmup; i++) {
    timed.give();
    timed.run();
    stepThrough(timed, file, 1);
  }
  const fine = isFine() && sampleOne(timed).ms > 0;
  const samples: number[] = [];
  const passes: Float64Array[] = [];
  let done = 0;
  const start = now();
  for (let share = 0; share < 1; onProgress?.(Math.min(share, 1))) {
    const sample = fine ? sampleOne(timed) : sampleMany(timed, macs);
    samples.push(sample.ms);
    passes.push(stepThrough(timed, file, sample.runs));
    done += sample.runs;
    share = runs === undefined ? (now() - start) / milliseconds : done / runs;
  }
  samples.sort((a, b) => a - b);
  const minMs = samples[0];
  // On a coarse clock the faster passes are those that lost most between its steps.
  const counted = fine ? fasterHalf(passes) : passes;
  return {
    runs: done,
    medianMs: samples[samples.length >> 1],
    minMs,
    macs,
    gmacsPerSecond: rate(macs, minMs),
    stages: notes.map(({ name, op, kernel, macs: own }, stage) => {
      const ms = counted.reduce((total, pass) => total + pass[stage], 0) / counted.length;
      return { name, op, kernel, ms, macs: own, gmacsPerSecond: rate(own, ms) };
    }),
  };
}
