import type { Block } from '../graph/op.ts';
import type { TensorId } from '../graph/tensor.ts';
import type { Range } from './range.ts';
import type { WeightsReport } from './weights-report.ts';

/** An activation in int8 beside the same one in float, over the images of the report. */
export interface ActivationReport {
  readonly tensor: TensorId;
  readonly name: string;
  /** What calibration saw. */
  readonly range: Range;
  readonly scale: number;
  readonly zeroPoint: number;
  /** The least and the greatest value that int8 holds here. */
  readonly held: Range;
  /** Signal to noise in dB, with everything that went wrong in the layers before. */
  readonly snrDb: number;
  /** Share of the float values that lie more than a step beyond what int8 holds. */
  readonly clipped: number;
}

export interface LayerReport {
  /** Position in `graph.nodes`. */
  readonly node: number;
  readonly name: string;
  readonly op: string;
  /** The blocks around it, outermost first. */
  readonly blocks: readonly Block[];
  readonly output: ActivationReport;
  readonly weights?: WeightsReport;
}
