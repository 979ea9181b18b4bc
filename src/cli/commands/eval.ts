import { Command } from 'commander';
import { confusionOf, matrixOf, standardError } from '../../analyze/confusion.ts';
import { LiteBlockError } from '../../format/errors.ts';
import { isModel } from '../../format/read.ts';
import { arePixels, asTheyAre } from '../../jobs/image-values.ts';
import { modelKind } from '../../jobs/model-kind.ts';
import { checkFiles } from '../files/check-files.ts';
import { inputPath, inputPaths } from '../files/read-input.ts';
import type { WeightOptions } from '../inputs/float-model.ts';
import { readBytes } from '../inputs/load-model.ts';
import { besideSource, floatSubject, int8Subject, realSource, type Subject } from '../inputs/subjects.ts';
import { classesOfFolders, readTrueClasses } from '../inputs/true-classes.ts';
import { type Io, warn } from '../io.ts';
import {
  type EngineOptions,
  imagesHelp,
  maxOperationsOption,
  modelHelp,
  tierOption,
  withWeights,
} from '../options/arguments.ts';
import { type Declaration, withExamples } from '../options/declaration.ts';
import { type LayoutOptions, withLayout } from '../options/layout.ts';
import { type NoteOptions, preprocessingOf, warnOfPixels, withUnits } from '../options/notes.ts';
import { type ShapeOptions, withShapes } from '../options/shapes.ts';
import { type Evaluation, evalLines } from '../print/eval-report.ts';

export interface EvalOptions extends WeightOptions, NoteOptions, ShapeOptions, EngineOptions, LayoutOptions {
  /** A float model to show beside an int8 one. */
  readonly float?: string;
  readonly json?: boolean;
}

const mostInMatrix = 100;

async function evalCommand(path: string, imagesPaths: readonly string[], options: EvalOptions, io: Io): Promise<void> {
  const { labels: trueClasses, float, weights } = options;
  const models = { MODEL: path, '--float': float, '--weights': weights };
  checkFiles({ inputs: { ...models, IMAGES: imagesPaths, '--labels': trueClasses } }, io);
  const isFloat = ['network', 'float'].includes(modelKind(await readBytes(path), path));
  checkOptions(path, isFloat, options);
  const { subject, beside } = await (isFloat ? alone : int8)(path, imagesPaths, options, io);
  const truth = await truthOf(subject, options, io);
  const predicted = subject.predict(io);
  const { count, labels } = subject.classes;
  const confusion = confusionOf(truth, predicted, count, labels);
  const evaluation: Evaluation = {
    model: path,
    execution: isFloat ? 'float' : 'int8',
    ...(subject.tier && { tier: subject.tier }),
    ...confusion,
    standardError: standardError(confusion.top1, confusion.count),
    ...(count <= mostInMatrix && { confusion: matrixOf(confusion) }),
    ...(beside && compare(options.float as string, truth, predicted, beside.predict(io))),
  };
  io.out(options.json ? `${JSON.stringify(evaluation)}\n` : `${evalLines(evaluation, io).join('\n')}\n`);
}

function checkOptions(
  path: string,
  isFloat: boolean,
  { float, tier, maxOperations, weights, seed }: EvalOptions,
): void {
  const usage = (what: string) => new LiteBlockError('usage', `${path}: ${what}`);
  if (isFloat && float !== undefined)
    throw usage('it is a float model itself: --float compares an int8 model with a float one');
  if (isFloat && tier) throw usage('it is a float model: --tier is for an int8 one');
  if (isFloat && maxOperations !== undefined) throw usage('it is a float model: --max-operations is for an int8 one');
  if (!isFloat && float === undefined && (weights !== undefined || seed !== undefined)) {
    throw usage('--weights and --seed are for a network.json: eval network.json, or --float network.json');
  }
}

interface Subjects {
  readonly subject: Subject;
  readonly beside?: Subject;
}

async function int8(path: string, imagesPaths: readonly string[], options: EvalOptions, io: Io): Promise<Subjects> {
  const { float, tier, maxOperations, shape, signature } = options;
  // Beside a .lbm, whose shapes are what they are, --shape and --signature are for the float model.
  const forFloat = float !== undefined && isModel(await readBytes(path));
  const own = forFloat ? {} : { ...(shape && { shape }), ...(signature !== undefined && { signature }) };
  const subject = await int8Subject(
    path,
    imagesPaths,
    preprocessingOf(options),
    {
      ...own,
      onNote: (text) => warn(io, text),
      ...(tier && { tier }),
      ...(maxOperations !== undefined && { maxOperations }),
    },
    io,
  );
  if (float === undefined) return { subject };
  const beside = await floatSubject(float, noted(options, io), () => besideSource(subject));
  if (beside.classes.count === subject.classes.count) return { subject, beside };
  const counts = `${beside.classes.count} classes, ${path} has ${subject.classes.count}`;
  throw new LiteBlockError('input', `${float}: ${counts}`);
}

const noted = (options: EvalOptions, io: Io): EvalOptions => ({ ...options, onNote: (text) => warn(io, text) });

async function alone(path: string, imagesPaths: readonly string[], options: EvalOptions, io: Io): Promise<Subjects> {
  let preprocessing = preprocessingOf(options);
  const subject = await floatSubject(path, noted(options, io), (graph) => {
    preprocessing ??= graph.notes?.preprocessing;
    return realSource(imagesPaths, graph, path, preprocessing ?? asTheyAre, io, options.layout);
  });
  if (!preprocessing && arePixels(subject.images)) warnOfPixels(io);
  return { subject };
}

async function truthOf({ images, classes }: Subject, { labels }: EvalOptions, io: Io): Promise<number[]> {
  if (labels !== undefined) return readTrueClasses(labels, images.count, classes);
  const folders = classesOfFolders(images, classes);
  if (!folders) {
    throw new LiteBlockError(
      'usage',
      `${images.path}: give --labels FILE, the true class of each image (or class folders)`,
    );
  }
  if (folders.note) warn(io, folders.note);
  return folders.truth;
}

function compare(model: string, truth: readonly number[], int8: readonly number[], float: readonly number[]) {
  const images = truth.length;
  const correct = float.filter((best, i) => best === truth[i]).length;
  const same = float.filter((best, i) => best === int8[i]).length;
  return { float: { model, correct, top1: correct / images }, agreement: { same, share: same / images } };
}

const classFolders = 'or a folder of class folders, in natural order or named as the labels of the model';

export const declareEval: Declaration = (io) =>
  withExamples(
    withLayout(
      withUnits(
        withShapes(
          withWeights(
            new Command('eval')
              .summary('measure the accuracy of a model: top-1 and the confusion matrix')
              .description(
                'Runs a model on images whose classes are known. Prints the accuracy (top-1) and the confusion matrix; with --float, it compares them with those of a float model. If the model keeps state, the images are the steps of one sequence, which begins with the initial state.',
              )
              .argument('<model>', `${modelHelp}, or a network.json with --weights`, inputPath)
              .argument('<images...>', `${imagesHelp}; ${classFolders}`, inputPaths)
              .option(
                '--labels <file>',
                'true classes: u8 bytes, a .npy, or text with one number or name per line',
                inputPath,
              )
              .option(
                '--float <model>',
                'compare it with a float model: a .pt2, .onnx or .tflite, or a network.json',
                inputPath,
              ),
            '',
          ),
        )
          .addOption(tierOption())
          .addOption(maxOperationsOption())
          .option('--json', 'print JSON'),
        'in place of what the model says',
      ),
    ),
    [
      ['liteblock eval model.lbm images.npy --labels labels.txt', 'top-1 and the confusion matrix'],
      ['liteblock eval model.lbm photos/', 'a folder with a folder for each class'],
    ],
  ).action((model: string, images: string[], options: EvalOptions) => evalCommand(model, images, options, io));
