import type { Sample } from '../../analyze/diff/compare.ts';
import type { Tried } from '../../analyze/diff/explain.ts';
import { hwc } from '../../analyze/diff/layout.ts';
import type { Compared, Diff, First } from '../../analyze/diff/report.ts';
import { shortName } from '../../graph/short-name.ts';
import type { Dumps } from '../inputs/dumps.ts';
import type { Side } from '../inputs/open-side.ts';
import { bold, count, dim, type Io, real, shapeText } from '../io.ts';
import { type Column, table } from './table.ts';

/** Names of tensors that one side alone has are listed up to so many. */
const mostNames = 6;
/** Other rules that explain everything as well, or closest ones. */
const mostRules = 3;

const kinds: Readonly<Record<Side['kind'], string>> = {
  int8: 'int8, every tensor kept',
  lbm: 'compiled, step by step',
  float: 'float',
  dumps: 'dumps',
};

/** What is told of the two that were compared, beside what differs. */
export interface Sides {
  readonly a: Side;
  readonly b: Side;
  readonly dumpsA: Dumps | undefined;
  readonly dumpsB: Dumps | undefined;
  readonly limits: { readonly steps: number; readonly tolerance: number };
}

/** The report of `diff`. `all`: every tensor that differs as a table. */
export function diffLines(result: Diff, sides: Sides, all: boolean, io: Io): string[] {
  const { compared, onlyA, onlyB, first } = result;
  const byOrder = compared.filter(({ by }) => by === 'order').length;
  const how =
    byOrder === 0
      ? 'by name'
      : byOrder === compared.length
        ? 'by operator, size and order'
        : `by name, ${byOrder} of them by operator, size and order`;
  const lines = [
    `A  ${sideText(sides.a, sides.dumpsA)}`,
    `B  ${sideText(sides.b, sides.dumpsB)}`,
    compared.length === 0 ? 'no tensor of A is one of B' : `${count(compared.length)} tensors are matched ${how}`,
    ...onlyLines('A', onlyA, io),
    ...onlyLines('B', onlyB, io),
    ...overwrittenLines(compared, io),
    '',
  ];
  if (compared.length === 0) return [...lines, 'nothing could be compared: names and order of the tensors differ'];
  if (!first) return [...lines, `${bold(io, 'equal')}: every value${limitText(compared, sides)}`];
  const differing = compared.filter(({ difference, misshapen }) => difference || misshapen);
  const more = differing.length - 1;
  return [
    ...lines,
    ...firstLines(first, io),
    ...(all
      ? ['', ...tableLines(differing, io)]
      : more > 0
        ? ['', `${more} more of the tensors after it differ (--all lists them)`]
        : []),
  ];
}

const sideText = ({ kind, path }: Side, dumps: Dumps | undefined): string => {
  const left = dumps?.leftOut ? `, ${dumps.leftOut} of other types left out` : '';
  return `${path} (${kinds[kind]}${dumps ? ` of ${dumps.tensors.length} tensors${left}` : ''})`;
};

function onlyLines(side: string, names: readonly string[], io: Io): string[] {
  if (names.length === 0) return [];
  const listed = names.slice(0, mostNames).map((name) => `"${shortName(name)}"`);
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  return [dim(io, `only in ${side}:  ${listed.join(', ')}${more}`)];
}

function overwrittenLines(compared: readonly Compared[], io: Io): string[] {
  const left = compared.filter(({ overwrittenBy }) => overwrittenBy !== undefined);
  const pairs = left
    .slice(0, mostNames)
    .map(({ name, overwrittenBy = '' }) => `"${shortName(name)}" (by "${shortName(overwrittenBy)}")`);
  const more = left.length > mostNames ? ` and ${left.length - mostNames} more` : '';
  return left.length === 0
    ? []
    : [dim(io, `left out, because a later layer overwrote the dumped tensor: ${pairs.join(', ')}${more}`)];
}

function limitText(compared: readonly Compared[], { limits: { steps, tolerance } }: Sides): string {
  const units = new Set(compared.map(({ unit }) => unit));
  const texts = [
    ...(units.has('step') && steps > 0 ? [`within ${steps} ${steps === 1 ? 'step' : 'steps'}`] : []),
    ...(units.has('real') ? [`float ones within ${tolerance} of the largest of their tensor`] : []),
  ];
  return texts.length === 0 ? '' : ` (${texts.join(', ')})`;
}

function nodeText({ maker, name }: Compared): string {
  const tensor = `"${shortName(name)}"`;
  if (!maker) return tensor;
  const node = maker.index >= 0 ? `node ${maker.index} ${maker.op}` : maker.op;
  const own = shortName(maker.name);
  return own === shortName(name) ? `${node} ${tensor}` : `${node} "${own}", its output ${tensor}`;
}

function firstLines(first: First, io: Io): string[] {
  const { difference, notes, facts, between } = first;
  const shapes = hwc(first.shapeA).join() === hwc(first.shapeB).join() ? '' : ` in A, ${shapeText(first.shapeB)} in B`;
  const details = [
    ...(first.nameB !== undefined ? [`in B it is "${shortName(first.nameB)}"`] : []),
    ...notes,
    ...(difference ? amountLines(first, difference) : []),
    ...first.places,
    ...tieLines(first),
    ...(between.length > 0
      ? [`layers since the tensors that both have: ${between.map(({ index, op }) => `${index} ${op}`).join(', ')}`]
      : []),
  ];
  return [
    `${bold(io, 'the first tensor that differs:')} ${nodeText(first)}  ${shapeText(first.shapeA)}${shapes}`,
    ...details.map((line) => `  ${line}`),
    ...facts.map((fact) => `  ${bold(io, 'the models differ:')} ${fact}`),
    ...verdictLines(first, io).map((line) => `  ${line}`),
  ];
}

function amountLines(
  { unit, scale }: First,
  { count: values, size, largest, mean, first, worst }: NonNullable<Compared['difference']>,
): string[] {
  const amount = (distance: number): string => {
    if (unit !== 'step') return real(distance);
    const steps = `${Number(distance.toPrecision(3))} ${distance === 1 ? 'step' : 'steps'}`;
    return scale === undefined ? steps : `${steps} (${real(distance * scale)})`;
  };
  const sample = ({ at, a, b }: Sample): string => `[${at.join(', ')}] ${real(a)} in A, ${real(b)} in B`;
  const most = worst.at.join() === first.at.join() ? '' : `; most: ${sample(worst)}`;
  const how = unit === 'index' ? '' : `, at most by ${amount(largest)}, by ${amount(mean)} on average`;
  return [
    `${count(values)} of ${count(size)} ${unit === 'index' ? 'indices' : 'values'}${how}`,
    `first: ${sample(first)}${most}   [row, column, channel]`,
  ];
}

function tieLines({ ties, difference }: First): string[] {
  if (ties === undefined || !difference) return [];
  const { count: values } = difference;
  if (ties === values)
    return [values === 1 ? 'it lies on a tie, between two steps' : 'all of them lie on ties, between two steps'];
  return ties > values / 2 ? [`${count(ties)} of them lie on ties, between two steps`] : [];
}

function verdictLines({ verdict, between, computed }: First, io: Io): string[] {
  const other = computed === 'A' ? 'B' : 'A';
  const text = ({ does, instead, node }: Tried): string =>
    `${between.length > 0 ? `node ${node.index} ${node.op}: ` : ''}${other} ${does}; ${computed} ${instead}`;
  const label = (words: string): string => bold(io, words);
  switch (verdict.kind) {
    case 'input':
      return [
        `${label('rule: input')}: the inputs of the models differ, before any layer`,
        ...(verdict.preparation === undefined ? [] : [`in B ${verdict.preparation}`]),
      ];
    case 'inherited':
      return [
        `${label('no rule')}: it follows from what its layer reads in ${other}: what differs before it, within the limit, is enough`,
      ];
    case 'none':
      return [`${label('no rule')} could be tried: ${verdict.why}`];
    case 'unknown': {
      const [closest] = verdict.closest;
      const left =
        verdict.untried > 0 ? [`${verdict.untried} rules were not tried: that many layers take too long`] : [];
      if (!closest) return [`${label('no known rule')} explains any of it`, ...left];
      return [
        `${label('no known rule')} explains all of it; closest:`,
        ...verdict.closest
          .slice(0, mostRules)
          .map((tried) => `  ${text(tried)}: ${count(tried.of - tried.left)} of ${count(tried.of)} values`),
        ...left,
      ];
    }
    case 'rule': {
      const [best, ...others] = verdict.rules as readonly [Tried, ...Tried[]];
      return [
        `${label(`rule: ${best.rule}`)}: ${text(best)}`,
        `computed again that way, the ${between.length > 0 ? 'layers give' : 'layer gives'} every value of ${other}${moreText(verdict.more)}`,
        ...(others.length > 0
          ? [
              `these explain it as well: ${others
                .slice(0, mostRules)
                .map(({ does }) => `${other} ${does}`)
                .join('; ')}`,
            ]
          : []),
      ];
    }
  }
}

const moreText = (more: readonly [explained: number, of: number] | undefined): string =>
  more ? `, and so do ${more[0]} of the next ${more[1]} that compute otherwise` : '';

const units: Readonly<Record<Compared['unit'], string>> = { step: 'steps', real: 'real', index: 'indices' };

const columns: readonly Column[] = [
  { title: 'node', align: 'right' },
  { title: 'op', align: 'left' },
  { title: 'tensor', align: 'left', shrinks: true },
  { title: 'shape', align: 'left' },
  { title: 'differ', align: 'right' },
  { title: 'of', align: 'right' },
  { title: 'largest', align: 'right' },
  { title: 'mean', align: 'right' },
  { title: 'unit', align: 'left' },
];

function tableLines(differing: readonly Compared[], io: Io): string[] {
  const number = (value: number | undefined): string => (value === undefined ? '' : `${Number(value.toPrecision(3))}`);
  const rows = differing.map(({ maker, name, shapeA, difference, unit, misshapen }) => [
    maker && maker.index >= 0 ? `${maker.index}` : '',
    maker?.op ?? 'input',
    shortName(name),
    shapeText(shapeA),
    difference ? count(difference.count) : misshapen ? 'shape' : '',
    difference ? count(difference.size) : '',
    unit === 'index' ? '' : number(difference?.largest),
    unit === 'index' ? '' : number(difference?.mean),
    difference ? units[unit] : '',
  ]);
  const [titles = '', ...lines] = table(columns, rows, io.columns);
  return [dim(io, titles), ...lines];
}
