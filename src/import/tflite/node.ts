import type { Converter, NodeConversion } from '../conversion.ts';
import type { TfliteOperator } from './model.ts';

/** An operator of a .tflite on its way into the graph, with its table of options. */
export type TfliteNode = NodeConversion<TfliteOperator>;

export type TfliteConverter = Converter<TfliteOperator>;
