import type { OperatorEntry } from '../conversion.ts';
import type { TfliteOperator } from './model.ts';
import type { OptionsType } from './schema.ts';

/** What is known of an operator of a `.tflite`. */
export interface TfliteEntry extends OperatorEntry<TfliteOperator> {
  /** The table that holds its options. Files may leave it out where every field has its default. */
  readonly options: OptionsType;
}
