import type { Block } from '../graph/op.ts';
import type { TensorId } from '../graph/tensor.ts';
import type { Range } from './range.ts';
import type { WeightsReport } from './weights-report.ts';

/** An activation in int8 beside the same one in float, over the images of the report. */
export interface ActivationReport {
  /** The tensor in the graph. */
  readonly tensor: TensorId;
  /** Its name. */
  readonly name: string;
  /** What calibration saw. */
  readonly range: Range;
  /** The real value of one step. */
  readonly scale: number;
  /** The quantised value of real 0. */
  readonly zeroPoint: number;
  /** The least and the greatest value that int8 holds here. */
  readonly held: Range;
  /** Signal to noise in dB, with everything that went wrong in the layers before. */
  readonly snrDb: number;
  /** Share of the float values that lie more than a step beyond what int8 holds. */
  readonly clipped: number;
}

/** A layer in int8 beside the same one in float. */
export interface LayerReport {
  /** Position in `graph.nodes`. */
  readonly node: number;
  /** The name of the node. */
  readonly name: string;
  /** The operator of the node. */
  readonly op: string;
  /** The blocks around it, outermost first. */
  readonly blocks: readonly Block[];
  /** What it computes. */
  readonly output: ActivationReport;
  /** Its weights; absent where it has none. */
  readonly weights?: WeightsReport;
}
