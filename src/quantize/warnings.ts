import type { Graph } from '../graph/graph.ts';
import { shortName } from '../graph/short-name.ts';
import type { TensorId } from '../graph/tensor.ts';
import type { Finding } from './finding.ts';
import type { ActivationReport, LayerReport } from './layer-report.ts';
import type { Quantized } from './quantize.ts';
import { channelsText, inputText, number, textOf } from './warning-texts.ts';

/** Kinds of warnings, the most harmful first: what spoils results, what spoils a layer, and what is only good to know. */
export const kinds = [
  'small-units', // the images, before anything else
  'unlike-pixels',
  'constant-input',
  'input-spread',
  'few-images',
  'noisy-output', // the network's own output
  'clipped', // values beyond int8's ends
  'widened-channel',
  'noisy-layer',
  'narrow-range',
  'always-zero',
  'coarse-weights',
  'dead-channel',
] as const;
export type WarningKind = (typeof kinds)[number];

/** Something that costs accuracy, or may. */
export interface Warning {
  /** What kind of warning it is. */
  readonly kind: WarningKind;
  /** Position in `graph.nodes`; −1: an input of the graph. */
  readonly node: number;
  /** Of the node or the input; '' where the file gives it none. */
  readonly name: string;
  /** What it is about, for a message: the name in quotes, or else the node's number and operator, or the input's number. */
  readonly place: string;
  /** What is wrong, in words, with figures. */
  readonly text: string;
  /** How bad it is among warnings of its kind: bits or dB lost, or a share. */
  readonly harm: number;
}

type Unplaced = Omit<Warning, 'name' | 'place'> & { readonly tensor: TensorId };

/** An output of the network below this is told, since an argmax may turn on it. */
const noisyOutputDb = 20;
/** A layer that loses so much at once, and ends below this, is told. */
const lossDb = 10;
const noisyLayerDb = 25;
/** Share of values cut off that is told. */
const clippedShare = 0.01;
/** The weights of a channel that keep less than this are told. */
const coarseWeightsDb = 25;

/** All warnings of a report, by kind and then by harm, the worst first. */
export function warningsOf(
  graph: Graph,
  { findings, inputFindings }: Pick<Quantized, 'findings' | 'inputFindings'>,
  inputs: readonly ActivationReport[],
  layers: readonly LayerReport[],
): Warning[] {
  const warnings = [
    ...inputs.flatMap((input) => clipped(-1, input)),
    ...layers.flatMap(({ node, output }) => clipped(node, output)),
    ...noisy(graph, inputs, layers),
    ...layers.flatMap((layer) => coarseWeights(layer, findings)),
    ...fromFindings(findings),
    ...inputFindings.map(
      (finding): Unplaced => ({ kind: finding.kind, node: -1, tensor: finding.tensor, ...inputText(finding) }),
    ),
  ].map((warning) => placed(graph, warning));
  return warnings.sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || b.harm - a.harm || a.node - b.node);
}

function placed(graph: Graph, { tensor, ...warning }: Unplaced): Warning {
  const node = graph.nodes[warning.node];
  const name = shortName(node?.name ?? graph.tensors[tensor]?.name ?? '');
  const nameless = node ? `node ${node.index} ${node.op.type}` : `input ${graph.inputs.indexOf(tensor)}`;
  return { ...warning, name, place: name === '' ? nameless : `"${name}"` };
}

function clipped(node: number, { tensor, clipped: share, held }: ActivationReport): Unplaced[] {
  if (share < clippedShare) return [];
  const ends = `${number(held.min)} to ${number(held.max)}`;
  const text = `${number(share * 100)} % of its values lie outside the range of int8 here, ${ends}, and are clamped`;
  return [{ kind: 'clipped', node, tensor, text, harm: share }];
}

function noisy(graph: Graph, inputs: readonly ActivationReport[], layers: readonly LayerReport[]): Unplaced[] {
  const dbOf = new Map([...inputs, ...layers.map(({ output }) => output)].map(({ tensor, snrDb }) => [tensor, snrDb]));
  return layers.flatMap(({ node, output: { tensor, snrDb } }): Unplaced[] => {
    const part = `${number(100 / 10 ** (snrDb / 20))} % of the signal`;
    if (graph.outputs.includes(tensor) && snrDb < noisyOutputDb) {
      const text = `only ${number(snrDb)} dB of signal to noise in the network's output: noise is ${part}`;
      return [{ kind: 'noisy-output', node, tensor, text, harm: -snrDb }];
    }
    const before = Math.min(...(graph.nodes[node]?.inputs ?? []).map((id) => dbOf.get(id) ?? Infinity));
    if (!(before - snrDb >= lossDb && snrDb < noisyLayerDb)) return [];
    const text = `signal to noise falls from ${number(before)} to ${number(snrDb)} dB here: noise is ${part}`;
    return [{ kind: 'noisy-layer', node, tensor, text, harm: before - snrDb }];
  });
}

/** Channels whose weights lost much here, at the scale that they have; those that were widened are told with the reason. */
function coarseWeights({ node, weights, output: { tensor } }: LayerReport, findings: readonly Finding[]): Unplaced[] {
  const told = new Set(
    findings.flatMap((finding) =>
      finding.kind === 'widened-channel' && finding.node === node ? [finding.channel] : [],
    ),
  );
  const coarse = [...(weights?.channelSnrDb.entries() ?? [])].filter(([c, db]) => db < coarseWeightsDb && !told.has(c));
  if (coarse.length === 0) return [];
  const worst = Math.min(...coarse.map(([, db]) => db));
  const channels = channelsText(coarse.map(([channel]) => channel));
  const least = coarse.length > 1 ? ', at worst' : '';
  const text = `the weights of ${channels} keep only ${number(worst)} dB of signal to noise${least}: a few of them are much larger than the rest`;
  return [{ kind: 'coarse-weights', node, tensor, text, harm: -worst }];
}

/** Findings of one kind about one node are one warning. */
function fromFindings(findings: readonly Finding[]): Unplaced[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const key = `${finding.kind} ${finding.node} ${finding.tensor}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()].map((group): Unplaced => {
    const [{ kind, node, tensor }] = group;
    return { kind, node, tensor, ...textOf(group) };
  });
}
