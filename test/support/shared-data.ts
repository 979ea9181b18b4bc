import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Data that may not be copied into this repository lies beside it; undefined where it does not. */
export const sharedData: string | undefined = [`${root}../shared/data/`].find((path) => existsSync(path));

/**
 * Tests that need the shared data. Where it is absent they are listed in build/not-run.txt, which the test script prints
 * at the end; with CI set, their absence is a failure.
 */
export function describeShared(name: string, fn: (data: string) => void): void {
  if (sharedData) {
    const data = sharedData;
    describe(name, () => {
      fn(data);
    });
    return;
  }
  if (process.env.CI) {
    it(name, () => {
      throw new Error('it needs ../shared/data, which is absent');
    });
    return;
  }
  mkdirSync(`${root}build`, { recursive: true });
  appendFileSync(`${root}build/not-run.txt`, `${name}: needs ../shared/data, which is absent\n`);
  it.skip(name, () => undefined);
}
