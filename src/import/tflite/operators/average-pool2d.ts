import { averagePool2d } from '../../../ops/average-pool2d.ts';
import type { Converter } from '../conversion.ts';
import { emit } from '../emit.ts';
import { scalar } from '../flatbuffer.ts';
import { operand } from '../operand.ts';
import { readActivation, readWindow } from '../options.ts';
import { pool2dOptions } from '../schema.ts';
import { inputChannels } from '../weights.ts';

export const convertAveragePool2d: Converter = (node) => {
  const x = operand(node, 0);
  if (!x || !inputChannels(node, x)) return;
  const { options } = node.operator;
  const window = [
    scalar(options, pool2dOptions.windowH, 'Int32'),
    scalar(options, pool2dOptions.windowW, 'Int32'),
  ] as const;
  const geometry = readWindow(node, pool2dOptions, x.shape, window);
  const activation = readActivation(node, pool2dOptions.activation);
  if (geometry && activation) emit(node, averagePool2d, { ...geometry, window, activation }, [x.id]);
};
