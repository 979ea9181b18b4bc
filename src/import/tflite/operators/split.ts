import { problem } from '../../conversion.ts';
import { axisAt, type FoundOperand, integers, operand } from '../../operand.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { emitPart } from './part.ts';

/** Equal parts, one an output. */
export const convertSplit: TfliteConverter = (node) => {
  const x = operand(node, 1);
  const axis = readAxis(node, 0, x);
  if (!x || axis === undefined) return;
  const size = x.file.shape[axis];
  const count = node.outputs.length;
  if (size % count !== 0) {
    problem(node, `axis ${axis} of [${x.file.shape}] is not ${count} equal parts`);
    return;
  }
  emitParts(node, x, axis, new Array<number>(count).fill(size / count));
};

/** Parts of given sizes, one of which may be −1: what is left. */
export const convertSplitV: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const sizes = integers(node, 1, 'sizes');
  const axis = readAxis(node, 2, x);
  if (!x || !sizes || axis === undefined) return;
  const all = x.file.shape[axis];
  const rest = all - sizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
  const parts = sizes.map((size) => (size === -1 ? rest : size));
  const sum = parts.reduce((total, size) => total + size, 0);
  const isWrong = sizes.length !== node.outputs.length || sum !== all || parts.some((size) => size < 1);
  if (isWrong || sizes.filter((size) => size === -1).length > 1) {
    const given = `sizes [${sizes.join(', ')}] for ${node.outputs.length} outputs`;
    problem(node, `${given} do not fit axis ${axis} of [${x.file.shape}] (${all} together, −1 at most once)`);
    return;
  }
  emitParts(node, x, axis, parts);
};

function readAxis(node: TfliteNode, i: number, x: FoundOperand | undefined): number | undefined {
  const list = integers(node, i, 'axis');
  if (!list || !x) return undefined;
  const [given] = list;
  if (given === undefined || list.length > 1) return problem(node, `its axis has ${list.length} values; expected one`);
  return axisAt(node, given, x.file.shape.length);
}

function emitParts(node: TfliteNode, x: FoundOperand, axis: number, sizes: readonly number[]): void {
  let begin = 0;
  sizes.forEach((size, part) => {
    const ranges = x.file.shape.map((all, i) => (i === axis ? { begin, size } : { begin: 0, size: all }));
    emitPart({ ...node, output: node.outputs[part] }, x, ranges);
    begin += size;
  });
}
