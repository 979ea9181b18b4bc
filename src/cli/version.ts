import { readFileSync } from 'node:fs';

/** The version of the package, whose file lies beside dist/ and src/ alike. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return version;
}
