import type { Graph } from '../graph/graph.ts';
import { shortName } from '../graph/short-name.ts';
import type { Finding } from './finding.ts';
import type { ActivationReport, LayerReport } from './report.ts';

/** Kinds of warnings, the most harmful first: what spoils results, what spoils a layer, and what is only good to know. */
export const kinds = [
  'noisy-output', // the network's own output
  'clipped', // values beyond int8's ends
  'widened-channel',
  'noisy-layer',
  'narrow-range',
  'always-zero',
  'range-ratio',
  'dead-channel',
] as const;
export type WarningKind = (typeof kinds)[number];

export interface Warning {
  readonly kind: WarningKind;
  /** Position in `graph.nodes`; −1: an input of the graph. */
  readonly node: number;
  readonly name: string;
  readonly text: string;
  /** How bad it is among warnings of its kind: bits or dB lost, or a share. */
  readonly harm: number;
}

/** An output of the network below this is told, since an argmax may turn on it. */
const noisyOutputDb = 20;
/** A layer that loses so much at once, and ends below this, is told. */
const lossDb = 10;
const noisyLayerDb = 25;
/** Share of values cut off that is told. */
const clippedShare = 0.01;
/** Ratio of ranges between channels that is told. */
const wideRatio = 64;

/** All warnings of a report, by kind and then by harm, the worst first. */
export function warningsOf(
  graph: Graph,
  findings: readonly Finding[],
  inputs: readonly ActivationReport[],
  layers: readonly LayerReport[],
): Warning[] {
  const warnings = [
    ...inputs.flatMap((input) => clipped(-1, input)),
    ...layers.flatMap(({ node, output }) => clipped(node, output)),
    ...noisy(graph, inputs, layers),
    ...layers.flatMap(rangeRatio),
    ...fromFindings(graph, findings),
  ];
  return warnings.sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || b.harm - a.harm || a.node - b.node);
}

function clipped(node: number, { name, clipped: share, held }: ActivationReport): Warning[] {
  if (share < clippedShare) return [];
  const ends = `${number(held.min)} to ${number(held.max)}`;
  const text = `${number(share * 100)} % of its values lie beyond what int8 holds here, ${ends}, and are cut off`;
  return [{ kind: 'clipped', node, name, text, harm: share }];
}

function noisy(graph: Graph, inputs: readonly ActivationReport[], layers: readonly LayerReport[]): Warning[] {
  const dbOf = new Map([...inputs, ...layers.map(({ output }) => output)].map(({ tensor, snrDb }) => [tensor, snrDb]));
  return layers.flatMap(({ node, name, output: { tensor, snrDb } }): Warning[] => {
    const part = `${number(100 / 10 ** (snrDb / 20))} % of the signal`;
    if (graph.outputs.includes(tensor) && snrDb < noisyOutputDb) {
      const text = `only ${number(snrDb)} dB of signal to noise in the network's output: noise is ${part}`;
      return [{ kind: 'noisy-output', node, name, text, harm: -snrDb }];
    }
    const before = Math.min(...(graph.nodes[node]?.inputs ?? []).map((id) => dbOf.get(id) ?? Infinity));
    if (!(before - snrDb >= lossDb && snrDb < noisyLayerDb)) return [];
    const text = `signal to noise falls from ${number(before)} to ${number(snrDb)} dB here: noise is ${part}`;
    return [{ kind: 'noisy-layer', node, name, text, harm: before - snrDb }];
  });
}

function rangeRatio({ node, name, weights }: LayerReport): Warning[] {
  if (!weights || weights.rangeRatio < wideRatio) return [];
  const { rangeRatio: ratio, perTensorLosesBits: bits } = weights;
  const text = `range ratio ${number(ratio)} between channels: per-tensor would lose ${bits} bits`;
  return [{ kind: 'range-ratio', node, name, text, harm: ratio }];
}

/** Findings of one kind about one node are one warning. */
function fromFindings(graph: Graph, findings: readonly Finding[]): Warning[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.kind} ${finding.node} ${finding.tensor}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].map((group): Warning => {
    const { kind, node, tensor } = group[0] as Finding;
    const name = graph.nodes[node]?.name ?? shortName(graph.tensors[tensor]?.name ?? '');
    const worst = Math.max(...group.map((finding) => ('ratio' in finding ? finding.ratio : 1)));
    const harm = 'channel' in (group[0] as Finding) && worst === 1 ? group.length : Math.log2(worst);
    return { kind, node, name, text: textOf(kind, group, worst), harm };
  });
}

function textOf(kind: Finding['kind'], group: readonly Finding[], worst: number): string {
  const bits = `${number(Math.log2(worst))} bits`;
  switch (kind) {
    case 'dead-channel':
      return `all weights are 0 in ${channelsOf(group)}: it gives its bias, whatever the input`;
    case 'widened-channel':
      return `the bias would overflow int32 in ${channelsOf(group)}: weights are ${number(worst)} times coarser, ${bits} less`;
    case 'always-zero':
      return 'it is 0 in every calibration image: its scale is a guess';
    case 'narrow-range':
      return `its values are so small that the least scale, 2^−24, costs ${bits}: larger inputs or weights would help`;
  }
}

function channelsOf(group: readonly Finding[]): string {
  const channels = group.flatMap((finding) => ('channel' in finding ? [finding.channel] : []));
  const listed = channels.slice(0, 8).join(', ');
  const more = channels.length > 8 ? ` and ${channels.length - 8} more` : '';
  return channels.length === 1 ? `channel ${listed}` : `${channels.length} channels (${listed}${more})`;
}

/** Three figures, as a person reads them. */
const number = (value: number): string => `${Number(value.toPrecision(3))}`;
