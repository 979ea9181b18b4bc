import { blockGenerator } from './depth-to-space.ts';

export const spaceToDepthGenerator = blockGenerator('SPACE_TO_DEPTH');
