import type { AnyOp } from '../graph/op.ts';
import type { OperandRule } from '../graph/rules.ts';

/** What an operator takes and needs: a row of docs/operators.md and of `liteblock supported-ops`. */
export interface OperatorRow {
  readonly type: string;
  readonly summary: string;
  /** Inputs and outputs, each in words. */
  readonly operands: readonly { readonly name: string; readonly what: string }[];
  /** Which rows of an input one output row needs. */
  readonly rowsRead: string;
  /** Inputs whose memory the output may take over. */
  readonly mayOverwrite: readonly string[];
  /** In order of preference. Without any, it is folded or lowered before anything runs. */
  readonly kernels: readonly string[];
  /** Operators of a `.tflite` that become it. */
  readonly tflite: readonly string[];
}

/** An operator of a `.tflite`, and every op that it may become. */
export interface ForeignOperator {
  readonly name: string;
  readonly becomes: readonly AnyOp[];
}

/** "i8, a scale each channel (axis 0), −127 … 127". */
function operandText({ dtypes, per, axis, range, fixed, sameAs, productOf, optional, repeated }: OperandRule): string {
  return [
    dtypes.join(' or '),
    ...(per === 'channel' ? [`a scale each channel (axis ${axis})`] : []),
    ...(per === 'tensor' ? ['one scale'] : []),
    ...(range ? [`${range[0]} … ${range[1]}`.replaceAll('-', '−')] : []),
    ...(fixed ? [`scale 1/${1 / fixed.scale}`] : []),
    ...(sameAs ? [`scale of ${sameAs}`] : []),
    ...(productOf ? [`scale of ${productOf.join('·')}`] : []),
    ...(optional && !repeated ? ['optional'] : []),
    ...(repeated ? ['any number'] : []),
  ].join(', ');
}

/** One row an op of `catalogue`, which is every op there is; `foreign` is every operator that the importer knows. */
export function operatorRows(catalogue: readonly AnyOp[], foreign: readonly ForeignOperator[]): OperatorRow[] {
  return catalogue.map(
    (op): OperatorRow => ({
      type: op.type,
      summary: op.summary,
      operands: [...op.operands.inputs, ...op.operands.outputs].map((rule) => ({
        name: rule.name,
        what: operandText(rule),
      })),
      rowsRead: op.rowsRead,
      mayOverwrite: op.mayOverwrite.map((i) => op.operands.inputs[i].name),
      kernels: op.kernels.map(({ name }) => name),
      tflite: foreign.filter(({ becomes }) => becomes.includes(op)).map(({ name }) => name),
    }),
  );
}
