import type { Window2d } from '../../graph/tensor.ts';
import type { FileTensor } from '../file-model.ts';
import { scalar } from './flatbuffer.ts';
import type { TfliteModel, TfliteOperator } from './model.ts';
import { conv2dOptions, depthwiseConv2dOptions, paddings } from './schema.ts';

/** A convolution of each place in a block of pixels, and what stands around it. */
interface Spread {
  readonly from: TfliteOperator;
  /** EXPAND_DIMS or RESHAPE before it, and SQUEEZE or RESHAPE behind it, where it is one of rows. */
  readonly before: TfliteOperator | undefined;
  readonly convolution: TfliteOperator;
  readonly behind: TfliteOperator | undefined;
  readonly to: TfliteOperator;
}

const isConvolution = ({ name, custom }: TfliteOperator): boolean =>
  !custom && (name === 'CONV_2D' || name === 'DEPTHWISE_CONV_2D');
const reshapes = ['EXPAND_DIMS', 'RESHAPE', 'SQUEEZE'];

/**
 * TensorFlow writes a dilated convolution as SPACE_TO_BATCH_ND, a convolution and BATCH_TO_SPACE_ND: such three become one
 * convolution with a dilation. The reshapes of one over rows stay, with the sizes that they have then.
 */
export function foldSpaceToBatch(model: TfliteModel): TfliteModel {
  if (!model.operators.some(({ name }) => name === 'SPACE_TO_BATCH_ND')) return model;
  const tensors = [...model.tensors];
  let operators = [...model.operators];
  for (const from of model.operators) {
    const spread = from.name === 'SPACE_TO_BATCH_ND' ? findSpread({ ...model, operators }, from) : undefined;
    const window = spread && windowOf(tensors, spread);
    if (!spread || !window) continue;
    const { before, convolution, behind, to } = spread;
    const [x, y] = [from.inputs[0] ?? -1, to.outputs[0] ?? -1];
    const [given = -1, ...constants] = convolution.inputs;
    if (before && behind) {
      // The tensors between lie as x and y do, with the axis that the reshapes add.
      const made = convolution.outputs[0] ?? -1;
      const axis = tensors[given]?.shape[1] === 1 ? 1 : 2;
      for (const [index, like] of [
        [given, x],
        [made, y],
      ] as const) {
        const { shape } = tensors[like] as FileTensor;
        tensors[index] = {
          ...(tensors[index] as FileTensor),
          shape: [...shape.slice(0, axis), 1, ...shape.slice(axis)],
        };
      }
    }
    const changed = new Map<number, TfliteOperator | undefined>([
      [from.index, undefined],
      [to.index, undefined],
      [
        convolution.index,
        {
          ...convolution,
          window,
          inputs: before ? convolution.inputs : [x, ...constants],
          outputs: behind ? convolution.outputs : [y],
        },
      ],
      ...(before ? [[before.index, reshaping(before, [x], before.outputs)] as const] : []),
      ...(behind ? [[behind.index, reshaping(behind, [behind.inputs[0] ?? -1], [y])] as const] : []),
    ]);
    operators = operators.flatMap((operator) => {
      const now = changed.has(operator.index) ? changed.get(operator.index) : operator;
      return now ? [now] : [];
    });
  }
  return { ...model, tensors, operators };
}

/** A reshape to the shape that is declared, without the constant that told it. */
const reshaping = (
  operator: TfliteOperator,
  inputs: readonly number[],
  outputs: readonly number[],
): TfliteOperator => ({ ...operator, name: 'RESHAPE', inputs, outputs, optionsType: 0, options: undefined });

function findSpread({ operators, outputs }: TfliteModel, from: TfliteOperator): Spread | undefined {
  /** The only operator that reads what another makes, by its first input. */
  const next = (operator: TfliteOperator | undefined): TfliteOperator | undefined => {
    const [made = -1] = operator?.outputs ?? [];
    const readers = operators.filter(({ inputs }) => inputs.includes(made));
    const [reader] = readers;
    return readers.length === 1 && !outputs.includes(made) && reader?.inputs[0] === made ? reader : undefined;
  };
  const first = next(from);
  const before = first && reshapes.includes(first.name) ? first : undefined;
  const convolution = before ? next(before) : first;
  const second = next(convolution);
  const behind = second && reshapes.includes(second.name) ? second : undefined;
  const to = behind ? next(behind) : second;
  const isWhole = convolution && isConvolution(convolution) && to?.name === 'BATCH_TO_SPACE_ND';
  return isWhole && !before === !behind ? { from, before, convolution, behind, to } : undefined;
}

/** The window of the one convolution; undefined where there is none. */
function windowOf(tensors: readonly FileTensor[], { from, before, convolution, to }: Spread): Window2d | undefined {
  const [blocks, pads] = [1, 2].map((i) => integersOf(tensors[from.inputs[i] ?? -1]));
  const [again, crops] = [1, 2].map((i) => integersOf(tensors[to.inputs[i] ?? -1]));
  const given = tensors[convolution.inputs[0] ?? -1]?.shape;
  const weights = tensors[convolution.inputs[1] ?? -1]?.shape;
  if (!blocks || !pads || !crops || String(blocks) !== String(again) || given?.length !== 4 || !weights)
    return undefined;
  if (pads.length !== 2 * blocks.length || crops.length !== 2 * blocks.length) return undefined;
  const slots = convolution.name === 'CONV_2D' ? conv2dOptions : depthwiseConv2dOptions;
  const option = (slot: number, otherwise: number): number => scalar(convolution.options, slot, 'Int32', otherwise);
  const steps = [slots.strideH, slots.strideW].map((slot) => option(slot, 0));
  const dilations = [slots.dilationH, slots.dilationW].map((slot) => option(slot, 1));
  if ([...steps, ...dilations].some((size) => size !== 1)) return undefined;
  const isSame = paddings[scalar(convolution.options, slots.padding, 'Int8')] === 'SAME';
  /** Along rows (0) or columns (1): the place of its block, and what is put before and behind. */
  const along = (axis: 0 | 1): readonly [dilation: number, before: number, behind: number] => {
    const isRows = blocks.length === 1;
    const added = before && given[1] === 1 ? 0 : 1;
    const place = isRows ? (before ? (axis === added ? -1 : 0) : axis === 0 ? 0 : -1) : axis;
    const block = blocks[place] ?? 1;
    const taps = weights[axis + 1] ?? 1;
    const own = isSame ? Math.floor((taps - 1) / 2) * block : 0;
    const rest = isSame ? (taps - 1) * block - own : 0;
    const [pad, padBehind] = [pads[2 * place] ?? 0, pads[2 * place + 1] ?? 0];
    return [block, own + pad - (crops[2 * place] ?? 0), rest + padBehind - (crops[2 * place + 1] ?? 0)];
  };
  const [[h, top, bottom], [w, left, right]] = [along(0), along(1)];
  if ([top, bottom, left, right].some((size) => size < 0)) return undefined;
  return { stride: [1, 1], dilation: [h, w], padding: { top, bottom, left, right } };
}

function integersOf(tensor: FileTensor | undefined): readonly number[] | undefined {
  if (tensor?.type !== 'int32' || !tensor.bytes || tensor.bytes.length > 64 || tensor.bytes.length % 4 !== 0)
    return undefined;
  return Array.from(new Int32Array(Uint8Array.from(tensor.bytes).buffer));
}
