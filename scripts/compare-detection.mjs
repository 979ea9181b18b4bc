// Compares random detection heads with TFLite_Detection_PostProcess of tflite-runtime 2.14.0, number for number:
//   node scripts/compare-detection.mjs COUNT
// SEED=n gives other heads. SAMPLE=1 writes the first outputs to test/data/detect, which `npm test` holds without the runtime.
import { compareWithRuntime } from './compare-with-runtime.mjs';

const [count] = process.argv.slice(2);
compareWithRuntime('node scripts/compare-detection.mjs COUNT', count, 'test/detect/vectors.test.ts', {
  COMPARE_DETECTION: count,
});
