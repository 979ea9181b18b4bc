import { spreadGenerator } from './space-to-batch-nd.ts';

export const batchToSpaceGenerator = spreadGenerator('BATCH_TO_SPACE_ND');
