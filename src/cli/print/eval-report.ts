import type { ClassScore, Confusion } from '../../analyze/confusion.ts';
import { bold, count, dim, type Io } from '../io.ts';
import { percentText } from './quantize-report.ts';
import { type Column, table } from './table.ts';

/** What is printed, and the JSON of --json. */
export interface Evaluation extends Confusion {
  readonly model: string;
  readonly execution: 'int8' | 'float';
  readonly tier?: string;
  readonly standardError: number;
  /** Row: true class; column: predicted one. Left out where there are more than 100 classes. */
  readonly confusion?: readonly (readonly number[])[];
  readonly float?: { readonly model: string; readonly correct: number; readonly top1: number };
  /** Images whose best class is the same in int8 and float, and their share. */
  readonly agreement?: { readonly same: number; readonly share: number };
}

/** A matrix of more classes cannot be read. */
const mostInMatrix = 20;
/** Lines of each list where there is no matrix. */
const listed = 15;

const nameOf = ({ index, label }: ClassScore): string => (label === undefined ? `${index}` : `${index} ${label}`);
const recallText = ({ recall }: ClassScore): string => (recall === undefined ? '' : percentText(recall));

/** The result on screen: top-1, float beside it, and which classes are confused. */
export function evalLines(evaluation: Evaluation, io: Io): string[] {
  const { top1, correct, count: images, execution, float, agreement, standardError, classes } = evaluation;
  const points = (100 * standardError).toFixed(1);
  const line = (what: string, share: number, right: number) =>
    `${what.padEnd(5)} top-1 ${percentText(share)} (${count(right)} of ${count(images)})`;
  const lines = [`${bold(io, line(execution, top1, correct))}, standard error ${points} points`];
  if (float && agreement) {
    lines.push(line('float', float.top1, float.correct));
    lines.push(
      `the same class on ${count(agreement.same)} of ${count(images)} images (${percentText(agreement.share)})`,
    );
  }
  return [...lines, '', ...(classes.length <= mostInMatrix ? matrixLines(evaluation, io) : listLines(evaluation, io))];
}

function matrixLines({ classes, confusion = [] }: Evaluation, io: Io): string[] {
  const columns: Column[] = [
    { title: 'true \\ predicted', align: 'left' },
    ...classes.map(({ index }): Column => ({ title: `${index}`, align: 'right' })),
    { title: 'images', align: 'right' },
    { title: 'recall', align: 'right' },
  ];
  const rows = classes.map((score, t) => [
    nameOf(score),
    ...(confusion[t] as number[]).map((cell) => (cell === 0 ? '·' : count(cell))),
    count(score.count),
    recallText(score),
  ]);
  return titled(table(columns, rows, io.columns), io);
}

function listLines({ classes, confused }: Evaluation, io: Io): string[] {
  const pairs = table(
    [
      { title: 'most often confused', align: 'left' },
      { title: 'predicted', align: 'left' },
      { title: 'images', align: 'right' },
    ],
    confused
      .slice(0, listed)
      .map(({ truth, predicted, count: images }) => [
        nameOf(classes[truth]),
        nameOf(classes[predicted]),
        count(images),
      ]),
    io.columns,
  );
  const worst = classes
    .filter(({ recall }) => recall !== undefined)
    .sort((a, b) => (a.recall as number) - (b.recall as number) || a.index - b.index);
  const recalls = table(
    [
      { title: 'least recalled', align: 'left' },
      { title: 'images', align: 'right' },
      { title: 'recall', align: 'right' },
    ],
    worst.slice(0, listed).map((score) => [nameOf(score), count(score.count), recallText(score)]),
    io.columns,
  );
  return [...titled(pairs, io), '', ...titled(recalls, io)];
}

const titled = ([titles, ...rows]: readonly string[], io: Io): string[] => [dim(io, titles), ...rows];
