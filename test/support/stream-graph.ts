import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { concat } from '../../src/ops/concat.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { slice } from '../../src/ops/slice.ts';

export interface StreamSizes {
  /** Rows that are kept, rows that a run is given, and pixels and channels of a row. */
  readonly kept?: number;
  readonly given?: number;
  readonly width?: number;
  readonly channels?: number;
  /** The first values of the rows that are kept; the zero point where they are not given. */
  readonly initial?: Int8Array;
}

/** y: the rows that were kept and then those that are given, of which the last ones are kept. Zero point 3. */
export function streamGraph({ kept = 2, given = 1, width = 1, channels = 2, initial }: StreamSizes = {}): Graph {
  const build = new GraphBuilder('stream');
  const quantization = quantizedBy(0.5, 3);
  const line = width * channels;
  const rows = (count: number): NHWC => [1, count, width, channels];
  const reshaped = (id: number, shape: NHWC) => build.add(reshape, { shape }, [id], { quantization });
  const x = build.input('x', rows(given), quantization);
  const shape = rows(kept);
  const value = build.tensor({ name: 'before', dtype: 'i8', shape, fileShape: shape, perImage: true, quantization });
  const flat = [reshaped(value, [1, 1, 1, kept * line]), reshaped(x, [1, 1, 1, given * line])];
  const joined = build.add(concat, {}, flat, { quantization });
  const y = reshaped(joined, rows(kept + given));
  const last = build.add(slice, { begin: [given, 0, 0], size: [kept, width, channels] }, [y], { quantization });
  const next = reshaped(last, shape);
  build.variable({ name: 'rows', value, next, initial: initial ?? new Int8Array(kept * line).fill(3) });
  build.output(y);
  return build.build();
}
