import type { ModelFile } from '../../format/model-file.ts';
import type { Trace, Traced } from './trace.ts';

/** Words of a record that say what it computes, by what they mean. The others are places, and sizes that follow from these. */
const words: Readonly<Record<string, string>> = {
  windowH: 'window height',
  windowW: 'window width',
  strideH: 'stride of rows',
  strideW: 'stride of columns',
  dilationH: 'dilation of rows',
  dilationW: 'dilation of columns',
  padTop: 'padding above',
  padLeft: 'padding on the left',
  groups: 'number of groups',
  weightsZero: 'zero point of weights',
  yMin: 'least output',
  yMax: 'greatest output',
  halvesUp: 'rounding of halves',
};

/** Words that are byte offsets in the data section. */
const dataWords = ['weights', 'bias', 'requantize', 'table', 'tableX', 'tableX2', 'exponentials', 'channelTable'];

/** What two compiled models say otherwise about the stages that make a pair of tensors; nothing where one is not compiled. */
export function recordFacts(traceA: Trace, a: Traced, traceB: Trace, b: Traced): string[] {
  const [fileA, fileB] = [traceA.file, traceB.file];
  const [one, other] = [fileA?.stages[a.stage ?? -1], fileB?.stages[b.stage ?? -1]];
  if (!fileA || !fileB || !one || !other) return [];
  if (one.opcode !== other.opcode) return [`it is made by ${one.opcode} in A and by ${other.opcode} in B`];
  const numbers = Object.entries(words).flatMap(([word, meaning]) => {
    const [x, y] = [one.words[word], other.words[word]];
    return x === y ? [] : [`the ${meaning} is ${x} in A and ${y} in B`];
  });
  const data = dataWords.flatMap((word) => {
    const [x, y] = [one.words[word], other.words[word]];
    return x === undefined || y === undefined ? [] : dataFacts(word, dataAt(fileA, x), dataAt(fileB, y));
  });
  return [...numbers, ...data, ...operandFacts(fileA, one.words, fileB, other.words)];
}

/** From an offset to the next one: what lies there, and less than 16 bytes that align the next. */
function dataAt({ stages, operands, data }: ModelFile, from: number): Uint8Array {
  const offsets = [
    ...stages.flatMap(({ words: all }) => dataWords.map((word) => all[word])),
    ...operands.map(({ constant, address }) => (constant ? address : undefined)),
  ];
  const next = offsets.reduce<number>((end, at) => (at !== undefined && at > from && at < end ? at : end), data.length);
  return data.subarray(from, next);
}

function dataFacts(name: string, a: Uint8Array, b: Uint8Array): string[] {
  const length = Math.max(a.length, b.length);
  let count = 0;
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) count++;
  return count === 0 ? [] : [`its ${name} differ in ${count} of ${length} bytes as they are packed`];
}

type Words = Readonly<Record<string, number>>;

function operandFacts(fileA: ModelFile, a: Words, fileB: ModelFile, b: Words): string[] {
  return ['x', 'x2', 'y'].flatMap((word) => {
    const [one, other] = [fileA.operands[a[word] ?? -1], fileB.operands[b[word] ?? -1]];
    if (!one || !other) return [];
    const facts = [
      ['scale', one.scale, other.scale],
      ['zero point', one.zeroPoint, other.zeroPoint],
    ] as const;
    return facts.flatMap(([what, x, y]) =>
      x === y
        ? []
        : [`the ${what} of ${word} is ${Number(x.toPrecision(6))} in A and ${Number(y.toPrecision(6))} in B`],
    );
  });
}
