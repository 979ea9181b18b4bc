/** Why operators that public files have are not supported, and what to do with such a file. */
export const refusedOperators: ReadonlyMap<string, string> = new Map([
  [
    'PosenetDecoderOp',
    'cut the model before it: its inputs are the heatmaps, short offsets and mid offsets, from which a host decodes poses',
  ],
  [
    'SVDF',
    'its state has no variable of its own (16-bit state where it is int8): write it as FULLY_CONNECTED, READ_VARIABLE and ASSIGN_VARIABLE',
  ],
  [
    'UNIDIRECTIONAL_SEQUENCE_LSTM',
    'its gates are one operator (16-bit state where it is int8): use convolutions over time with variables',
  ],
  ['WHILE', 'there is no control flow: export the model with the loop unrolled'],
  ['IF', 'there is no control flow: export the branch that is taken'],
]);
