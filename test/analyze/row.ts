import type { NodeRow } from '../../src/analyze/node-row.ts';

export const row = (name: string, fields: Partial<NodeRow> = {}): NodeRow => ({
  index: 0,
  stage: 0,
  name,
  op: 'Conv2d',
  kernel: 'gemm',
  shape: [1, 1, 1, 1],
  scale: 1,
  zeroPoint: 0,
  macs: 0,
  parameters: 0,
  blocks: [],
  ...fields,
});
