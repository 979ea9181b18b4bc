import { quantizedBy } from '../../src/graph/builder.ts';
import { logistic } from '../../src/ops/logistic.ts';
import { functionCases } from '../support/function-cases.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export const logisticCases: OperatorCases = {
  ...functionCases(logistic),
  parts: {
    logistic: ({ build, x }) => build.add(logistic, {}, [x], { quantization: quantizedBy(1 / 256, -128) }),
  },
};
