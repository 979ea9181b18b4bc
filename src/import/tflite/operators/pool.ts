import type { AveragePool2dAttributes, MaxPool2dAttributes } from '../../../graph/attributes.ts';
import type { Op } from '../../../graph/op.ts';
import { problem } from '../../conversion.ts';
import { emit } from '../../emit.ts';
import { operand } from '../../operand.ts';
import { times } from '../../shapes.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { readActivation, readWindow } from '../options.ts';
import { pool2dOptions } from '../schema.ts';
import { inputChannels } from '../weights.ts';

export const convertPool =
  <More extends Partial<AveragePool2dAttributes>>(
    op: Op<MaxPool2dAttributes & More>,
    more: (node: TfliteNode) => More,
  ): TfliteConverter =>
  (node) => {
    const x = operand(node, 0);
    if (!x || !inputChannels(node, x)) return;
    const { options } = node.operator;
    const window = [
      scalar(options, pool2dOptions.windowH, 'Int32'),
      scalar(options, pool2dOptions.windowW, 'Int32'),
    ] as const;
    // No data stands behind a pool's window as weights do behind others': a damaged one would cost the planner minutes. From
    // twice the image on, a window that is padded SAME covers all of it wherever it lies.
    const most = [2 * x.shape[1], 2 * x.shape[2]] as const;
    if (window[0] > most[0] || window[1] > most[1]) {
      const image = times(x.shape.slice(1, 3));
      problem(node, `a window of ${times(window)} over ${image} is not supported (up to ${times(most)})`);
      return;
    }
    const geometry = readWindow(node, pool2dOptions, x.shape, window);
    const activation = readActivation(node, pool2dOptions.activation);
    if (geometry && activation) emit(node, op, { ...geometry, window, activation, ...more(node) }, [x.id]);
  };
