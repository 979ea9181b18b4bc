import type { Model, Profile, StageProfile } from '../../runtime/node.ts';
import { bold, count, dim, type Io } from '../io.ts';
import { type Column, table } from './table.ts';

/** Where it was measured. */
export interface Machine {
  readonly cpu: string;
  /** Node's version. */
  readonly node: string;
}

const tierText = ({ tier }: Model): string => (tier === 'given' ? 'the engine of the bundle' : `${tier} tier`);

/** 24.573 ms, or 3.02 µs for what takes less than a millisecond: always four figures or so. */
const timeText = (ms: number): string => (ms < 1 ? `${(1000 * ms).toFixed(2)} µs` : `${ms.toFixed(3)} ms`);

const rateText = ({ macs, gmacsPerSecond }: Pick<StageProfile, 'macs' | 'gmacsPerSecond'>): string =>
  macs > 0 ? gmacsPerSecond.toFixed(1) : '';

/** The result on screen. */
export function benchLines(model: Model, profile: Profile, { cpu, node }: Machine, io: Io): string[] {
  const { runs, medianMs, minMs, gmacsPerSecond, stages } = profile;
  const whole = stages.reduce((total, { ms }) => total + ms, 0);
  const [unit, factor] = medianMs < 1 ? ['µs', 1000] : ['ms', 1];
  const time = (ms: number): string => (factor * ms).toFixed(factor > 1 ? 2 : 3);
  const share = (ms: number): string => `${((100 * ms) / whole).toFixed(1)} %`;
  const layers = stages.map((stage, i) => {
    const { name, op, kernel, ms, macs } = stage;
    return [`${i}`, name, op, kernel, time(ms), share(ms), macs > 0 ? count(macs) : '', rateText(stage)];
  });
  const kernels = kernelSums(stages).map((sum) => [
    sum.kernel,
    `${sum.stages}`,
    time(sum.ms),
    share(sum.ms),
    sum.macs > 0 ? count(sum.macs) : '',
    rateText(sum),
  ]);
  return [
    bold(io, model.name),
    `${cpu}, Node ${node}, ${tierText(model)}, one thread`,
    bold(io, `median ${timeText(medianMs)}, minimum ${timeText(minMs)}, ${gmacsPerSecond.toFixed(1)} G MAC/s`),
    `${count(runs)} runs, ${count(profile.macs)} MACs, RAM ${count(model.ramBytes)} bytes`,
    '',
    ...titled(table(layerColumns(unit), layers, io.columns), io),
    '',
    ...titled(table(kernelColumns(unit), kernels, io.columns), io),
  ];
}

const figures = (unit: string): readonly Column[] => [
  { title: unit, align: 'right' },
  { title: 'share', align: 'right' },
  { title: 'MACs', align: 'right' },
  { title: 'G MAC/s', align: 'right' },
];

const layerColumns = (unit: string): readonly Column[] => [
  { title: 'stage', align: 'right' },
  { title: 'name', align: 'left', shrinks: true },
  { title: 'op', align: 'left' },
  { title: 'kernel', align: 'left' },
  ...figures(unit),
];

const kernelColumns = (unit: string): readonly Column[] => [
  { title: 'kernel', align: 'left' },
  { title: 'stages', align: 'right' },
  ...figures(unit),
];

const titled = ([titles, ...rows]: readonly string[], io: Io): string[] => [dim(io, titles), ...rows];

interface KernelSum extends Pick<StageProfile, 'kernel' | 'ms' | 'macs' | 'gmacsPerSecond'> {
  readonly stages: number;
}

/** Stages of one kernel together, the slowest first. */
function kernelSums(stages: readonly StageProfile[]): KernelSum[] {
  const names = [...new Set(stages.map(({ kernel }) => kernel))];
  const sums = names.map((kernel): KernelSum => {
    const own = stages.filter((stage) => stage.kernel === kernel);
    const ms = own.reduce((total, stage) => total + stage.ms, 0);
    const macs = own.reduce((total, stage) => total + stage.macs, 0);
    return { kernel, stages: own.length, ms, macs, gmacsPerSecond: ms > 0 ? macs / ms / 1e6 : 0 };
  });
  return sums.sort((a, b) => b.ms - a.ms);
}
