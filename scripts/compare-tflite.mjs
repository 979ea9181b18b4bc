// Compares random .tflite files of one operator each with the reference kernels of tflite-runtime 2.14.0, byte for byte:
//   node scripts/compare-tflite.mjs COUNT [OPERATOR …]
// COUNT files of each operator that test/reference/catalogue.ts names, or of those given. SEED=n gives other files.
// SAMPLE=1 writes the outputs of the first files to test/data/reference, which `npm test` holds without the runtime.
import { compareWithRuntime } from './compare-with-runtime.mjs';

const [count, ...names] = process.argv.slice(2);
compareWithRuntime('node scripts/compare-tflite.mjs COUNT [OPERATOR …]', count, 'test/reference/compare.test.ts', {
  COMPARE: count,
  OPERATORS: names.join(','),
});
