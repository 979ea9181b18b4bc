import { Command } from 'commander';
import { isBlock, type TreeRow } from '../../analyze/blocks.ts';
import { type Inspection, inspect } from '../../analyze/inspect.ts';
import type { NodeRow } from '../../analyze/node-row.ts';
import { unansweredBecause } from '../../compiler/known-answer.ts';
import { LiteBlockError } from '../../format/errors.ts';
import type { ModelFile, Preprocessing } from '../../format/model-file.ts';
import { type Postprocess, readPostprocess } from '../../format/postprocess.ts';
import { readHeader } from '../../format/read.ts';
import { writeModel } from '../../format/write.ts';
import type { FileNotes, Graph } from '../../graph/graph.ts';
import { withName } from '../../graph/short-name.ts';
import { imageInput } from '../../jobs/image-input.ts';
import { type ModelKind, modelKind } from '../../jobs/model-kind.ts';
import { previewInt8 } from '../../jobs/preview-int8.ts';
import { builtEngines } from '../engines.ts';
import { checkFiles } from '../files/check-files.ts';
import { inputPath } from '../files/read-input.ts';
import { loadFloatModel, type WeightOptions } from '../inputs/float-model.ts';
import { loadModel, readBytes } from '../inputs/load-model.ts';
import { bold, count, dim, type Io, real, shapeText, warn } from '../io.ts';
import { modelHelp, withWeights } from '../options/arguments.ts';
import { type Declaration, withExamples } from '../options/declaration.ts';
import { type ShapeOptions, withShapes } from '../options/shapes.ts';
import { printableLine } from '../print/printable.ts';
import { type Column, table } from '../print/table.ts';

export interface InspectOptions extends WeightOptions, ShapeOptions {
  readonly json?: boolean;
  /** Blocks without what is in them. */
  readonly blocks?: boolean;
}

/** What is said beside the figures. */
interface InspectNotes {
  readonly note?: string;
  /** Why a model has no known answer. */
  readonly unanswered?: string;
  /** Names of the classes, and where they are from. */
  readonly labels?: { readonly names: readonly string[]; readonly from: string };
  /** What pixels mean, and where that is from. */
  readonly preprocessing?: Preprocessing & { readonly from: string };
  /** What hosts compute from the outputs, without the anchors. */
  readonly postprocess?: Omit<Postprocess, 'anchors'> & { readonly anchors: number };
  /** Inputs and outputs whose axes the file has in another order than they are given in. */
  readonly inFile?: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** Maps that the user's file has with their channels first. */
function channelsFirstOf({ tensors, inputs, outputs }: Graph): InspectNotes {
  const inFile = [...inputs, ...outputs].flatMap((id) => {
    const { name, userShape } = tensors[id];
    return userShape ? [{ name, shape: userShape }] : [];
  });
  return inFile.length > 0 ? { inFile } : {};
}

/** input "x" 1×3×48×48 in the file, channels first. */
const inFileLines = ({ inFile = [] }: InspectNotes): string[] =>
  inFile.map(
    ({ name, shape }) => `${withName('in the file', name)} is ${shapeText(shape)}, channels first; here they are last`,
  );

/** What a model says of classes and pixels: by its metadata, or, of a .lbm, what was stored with it. */
function toldBy({ labels = [], preprocessing, labelsFile }: FileNotes, from: string): InspectNotes {
  const file = labelsFile === undefined ? from : `${labelsFile} in ${from}`;
  return {
    ...(labels.length > 0 && { labels: { names: labels, from: file } }),
    ...(preprocessing && { preprocessing: { ...preprocessing, from } }),
  };
}

/** Names that are shown. */
const mostShown = 3;

/** Boxes are not part of a run: hosts without this package's JavaScript get what they are computed from. */
function postprocessLines({ postprocess }: InspectNotes): string[] {
  if (!postprocess) return [];
  const { boxes, scores, anchors, classes, maxDetections, regular } = postprocess;
  const choice = `${count(maxDetections)} at most of ${count(classes)} classes, ${regular ? 'regular' : 'fast'} suppression`;
  const from = `from outputs ${boxes} and ${scores} with ${count(anchors)} anchors`;
  return [`boxes    ${choice}, ${from}: by run and liteblock/detect; WASI and C give the outputs`];
}

function postprocessOf({ postprocess, outputs }: ModelFile, source: string): InspectNotes {
  if (!postprocess) return {};
  const read = readPostprocess(postprocess, outputs, source);
  return { postprocess: { ...read, anchors: read.anchors.length / 4 } };
}

function noteLines({ labels, preprocessing }: InspectNotes): string[] {
  const lines: string[] = [];
  if (preprocessing) {
    const { mean, std, from } = preprocessing;
    lines.push(`pixels   (pixel − ${mean.map(real).join(', ')}) / ${std.map(real).join(', ')}, from ${from}`);
  }
  if (labels) {
    const { names, from } = labels;
    const first = names.slice(0, mostShown).map(printableLine).join(', ');
    lines.push(`labels   ${count(names.length)} (${first}${names.length > mostShown ? ', …' : ''}), from ${from}`);
  }
  return lines;
}

const fromMetadata = "the file's metadata";
const fromLbm = 'the .lbm';

/** A column and what it says of a node; of a block where it says that, too. */
interface Cell extends Column {
  readonly node: (row: NodeRow) => string;
  readonly block?: (row: Extract<TreeRow, { rows: unknown }>) => string;
  /** Without a meaning for a network whose ranges are not known. */
  readonly int8?: true;
}

const cells: readonly Cell[] = [
  { title: '#', align: 'right', node: ({ index }) => `${index}` },
  { title: 'name', align: 'left', shrinks: true, node: ({ name }) => name, block: ({ path }) => path },
  { title: 'op', align: 'left', node: ({ op }) => op, block: ({ type }) => type },
  { title: 'kernel', align: 'left', node: ({ kernel }) => kernel },
  {
    title: 'output',
    align: 'right',
    node: ({ shape }) => shapeText(shape.slice(1)),
    block: ({ shape }) => shapeText(shape.slice(1)),
  },
  { title: 'scale', align: 'right', node: ({ scale }) => real(scale), int8: true },
  { title: 'zero', align: 'right', node: ({ zeroPoint }) => `${zeroPoint}`, int8: true },
  { title: 'MACs', align: 'right', node: ({ macs }) => count(macs), block: ({ macs }) => count(macs) },
  {
    title: 'params',
    align: 'right',
    node: ({ parameters }) => count(parameters),
    block: ({ parameters }) => count(parameters),
  },
];

/** Rows as text, what is in a block indented below it, or left out. */
const rowsOf = (tree: readonly TreeRow[], shown: readonly Cell[], blocksOnly: boolean, depth = 0): string[][] =>
  tree.flatMap((row): string[][] => {
    const texts = shown.map((cell) => (isBlock(row) ? (cell.block?.(row) ?? '') : cell.node(row)));
    const line = texts.map((text, i) => (shown[i].shrinks ? '  '.repeat(depth) + text : text));
    const inside = isBlock(row) && !blocksOnly ? rowsOf(row.rows, shown, blocksOnly, depth + 1) : [];
    return [line, ...inside];
  });

const interfaceLines = (kind: string, entries: Inspection['inputs']): string[] =>
  entries.map(({ name, shape, dtype, scale, zeroPoint, perImage }, i) => {
    const once = perImage ? '' : ', the same for all images';
    const quantization = scale === 0 ? '' : `, scale ${real(scale)}, zero point ${zeroPoint}`;
    return `${withName(`${kind} ${i} `, name)}  ${shapeText(shape)} ${dtype}${quantization}${once}`;
  });

function ramLines(inspection: Inspection): string[] {
  const { ramBytes, modelBytes, memoryBytes, ram, binding, nodes } = inspection;
  const node = nodes.find((row) => row.stage === binding.stage);
  const where = node ? `, ${withName(`node ${node.index} ${node.op}`, node.name)}` : '';
  const lines: readonly [name: string, bytes: number, what: string][] = [
    ['ramBytes', ramBytes, `the arena, fullest at step ${binding.step} of ${binding.steps}${where}`],
    ['  activations', ram.activations, ''],
    ['  zero rows', ram.zeroRows, 'shared rows of zero points above and below images'],
    ['  scratch', ram.scratch, 'of kernels'],
    ['  state', ram.state, 'one counter per stage'],
    ['  unused', ram.unused, 'gaps, and bytes that kernels may read beyond operands'],
    ['modelBytes', modelBytes, 'weights and tables'],
    ['memoryBytes', memoryBytes, 'the linear memory: engine, file and arena in whole pages'],
  ];
  const width = Math.max(...lines.map(([, bytes]) => count(bytes).length));
  return lines.map(([name, bytes, what]) => `${name.padEnd(14)}${count(bytes).padStart(width)}  ${what}`.trimEnd());
}

/** What standard convolutions in place of depthwise separable ones would cost. */
function separableLines({ separable: cost }: Inspection): string[] {
  if (!cost) return [];
  const { count: convolutions, separable, standard } = cost;
  const text = ({ macs, weights }: typeof separable) => `${count(macs)} MACs and ${count(weights)} weights`;
  const ratio = (standard.macs / separable.macs).toFixed(1);
  const many =
    convolutions === 1 ? '1 depthwise separable convolution' : `${convolutions} depthwise separable convolutions`;
  return [
    '',
    `${many}: ${text(separable)}; with standard convolutions instead: ${text(standard)}, ${ratio} times the MACs`,
  ];
}

function print(inspection: Inspection, notes: InspectNotes, blocksOnly: boolean, io: Io): void {
  const { note, unanswered } = notes;
  const { name, inputs, outputs, tree, macs, parameters } = inspection;
  const shown = cells.filter(({ int8 }) => !(int8 && note));
  const sums: Readonly<Record<string, string>> = { name: 'total', MACs: count(macs), params: count(parameters) };
  const total = shown.map(({ title }) => sums[title] ?? '');
  const [titles, ...rows] = table(shown, [...rowsOf(tree, shown, blocksOnly), total], io.columns);
  const lines = [
    bold(io, name),
    ...(note ? [note] : [...interfaceLines('input', inputs), ...interfaceLines('output', outputs)]),
    ...inFileLines(notes),
    ...noteLines(notes),
    ...postprocessLines(notes),
    '',
    dim(io, titles),
    ...rows.slice(0, -1),
    bold(io, rows.at(-1) as string),
    ...separableLines(inspection),
    '',
    ...ramLines(inspection),
    ...(unanswered ? ['', unanswered] : []),
  ];
  io.out(`${lines.join('\n')}\n`);
}

async function inspectInt8(
  path: string,
  options: WeightOptions & ShapeOptions,
): Promise<{ inspection: Inspection } & InspectNotes> {
  if (options.weights !== undefined || options.seed !== undefined) {
    throw new LiteBlockError('usage', `${path}: --weights and --seed are for a network.json`);
  }
  // Whatever it needs is shown. It is not run: its known answer is not shown, and only takes up room in the file.
  const { file, header, compiled, notes = {} } = await loadModel(path, { ...options, ram: Infinity });
  const missing = compiled || file.digest ? undefined : 'it has no known answer for self-tests';
  const unanswered = unansweredBecause(file) ?? missing;
  const told = {
    ...toldBy({ ...file, ...file.metadata, ...notes }, compiled ? fromMetadata : fromLbm),
    ...postprocessOf(file, path),
  };
  if (unanswered) return { inspection: inspect(file, header), ...told, ...(!file.digest && { unanswered }) };
  const answered = file.digest ? header : readHeader(writeModel({ ...file, digest: { seed: 0, crc: 0 } }), path);
  return { inspection: inspect(file, answered), ...told };
}

/** The weights of a network.json that is given none. */
const defaultSeed = 1;

/** A float model as the int8 one that it becomes. */
async function inspectFloat(
  path: string,
  kind: ModelKind,
  options: WeightOptions & ShapeOptions,
): Promise<{ inspection: Inspection } & InspectNotes> {
  const { weights, seed = weights === undefined && kind === 'network' ? defaultSeed : undefined } = options;
  const graph = await loadFloatModel(path, { ...options, ...(seed !== undefined && { seed }) });
  const { bytes, model, measured } = await previewInt8(graph, path, builtEngines);
  const from = seed === undefined ? '' : `, weights of seed ${seed}`;
  const ranges = measured ? 'ranges from one random image' : 'ranges are assumed, because a run would take long';
  const { shape } = imageInput(graph, path);
  const note = `a float network (input ${shapeText(shape)}), shown as an int8 model: ${ranges}${from}`;
  return {
    inspection: inspect(model, readHeader(bytes, path)),
    note,
    ...channelsFirstOf(graph),
    ...toldBy(graph.notes ?? {}, fromMetadata),
    ...postprocessOf(model, path),
  };
}

async function inspectCommand(path: string, options: InspectOptions, io: Io): Promise<void> {
  checkFiles({ inputs: { MODEL: path, '--weights': options.weights } }, io);
  const noting = { ...options, onNote: (text: string) => warn(io, text) };
  const kind = modelKind(await readBytes(path), path);
  const isFloat = kind === 'network' || kind === 'float';
  const { inspection, ...notes } = await (isFloat ? inspectFloat(path, kind, noting) : inspectInt8(path, noting));
  if (options.json) io.out(`${JSON.stringify({ ...notes, ...inspection })}\n`);
  else print(inspection, notes, options.blocks ?? false, io);
}

export const declareInspect: Declaration = (io) =>
  withExamples(
    withShapes(
      withWeights(
        new Command('inspect')
          .summary('show layers, blocks, costs and RAM of a model')
          .description(
            'Shows a model layer by layer: operator, kernel, output shape, quantisation, multiply-accumulates and parameters, and where its RAM goes. A float model is shown as the int8 model that quantize would make.',
          )
          .argument('<model>', `${modelHelp}, or a network.json`, inputPath)
          .option('--blocks', 'show blocks, such as LiteBlocks, without their layers'),
        ' (1)',
      ),
    ).option('--json', 'print JSON'),
    [
      ['liteblock inspect model.tflite', 'every layer, and the RAM it takes'],
      ['liteblock inspect network.json --blocks', 'sizes of a network that is not trained yet'],
    ],
  ).action((model: string, options: InspectOptions) => inspectCommand(model, options, io));
