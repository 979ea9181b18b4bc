import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/setup.ts'],
    // Whole models on the scalar tier, and commands that start a runtime.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // vitest leaves a core idle where there are two, which is what CI has.
    maxWorkers: 2,
  },
});
