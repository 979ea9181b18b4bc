import { absGenerator } from './abs.ts';
import { addGenerator } from './add.ts';
import { batchMatMulGenerator } from './batch-matmul.ts';
import { batchToSpaceGenerator } from './batch-to-space-nd.ts';
import { depthToSpaceGenerator } from './depth-to-space.ts';
import { dilatedConvGenerator } from './dilated-conv.ts';
import { expGenerator } from './exp.ts';
import { fullyConnectedGenerator } from './fully-connected.ts';
import { gatherGenerator } from './gather.ts';
import { geluGenerator } from './gelu.ts';
import type { Generator } from './generator.ts';
import { maximumGenerator } from './maximum.ts';
import { meanGenerator } from './mean.ts';
import { minimumGenerator } from './minimum.ts';
import { mirrorPadGenerator } from './mirror-pad.ts';
import { mulGenerator } from './mul.ts';
import { packGenerator } from './pack.ts';
import { reduceMaxGenerator } from './reduce-max.ts';
import { reluGenerators } from './relu.ts';
import { reverseV2Generator } from './reverse-v2.ts';
import { rsqrtGenerator } from './rsqrt.ts';
import { spaceToBatchGenerator } from './space-to-batch-nd.ts';
import { spaceToDepthGenerator } from './space-to-depth.ts';
import { squaredDifferenceGenerator } from './squared-difference.ts';
import { stateGenerator } from './state.ts';
import { stridedSliceGenerator } from './strided-slice.ts';
import { subGenerator } from './sub.ts';
import { tileGenerator } from './tile.ts';
import { unpackGenerator } from './unpack.ts';

/** Every operator whose random models are compared with tflite-runtime's reference kernels: a file here each. */
export const generators: readonly Generator[] = [
  ...reluGenerators,
  addGenerator,
  subGenerator,
  mulGenerator,
  absGenerator,
  expGenerator,
  geluGenerator,
  rsqrtGenerator,
  batchToSpaceGenerator,
  depthToSpaceGenerator,
  gatherGenerator,
  meanGenerator,
  mirrorPadGenerator,
  packGenerator,
  reduceMaxGenerator,
  reverseV2Generator,
  spaceToBatchGenerator,
  spaceToDepthGenerator,
  stridedSliceGenerator,
  tileGenerator,
  unpackGenerator,
  minimumGenerator,
  maximumGenerator,
  squaredDifferenceGenerator,
  batchMatMulGenerator,
  dilatedConvGenerator,
  fullyConnectedGenerator,
  stateGenerator,
];
