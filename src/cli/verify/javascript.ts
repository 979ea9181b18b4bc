import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstThatRuns, lastLine, missing, oneByOne, outcomeOf, type Runtime, run } from './runtime.ts';

/** The same statements for all of them: they have Node's modules. */
const program = (path: string): string => `import { readFileSync } from 'node:fs';
const module = await WebAssembly.compile(new Uint8Array(readFileSync(${JSON.stringify(path)})));
const { loadBundled, selfTest } = new WebAssembly.Instance(module).exports;
console.log('statuses', loadBundled(), selfTest());
`;

interface Host {
  readonly name: string;
  /** The environment variable that may have its path. */
  readonly variable: string;
  /** Its name on the PATH. */
  readonly command: string;
  /** What is put before the program. */
  readonly before: readonly string[];
}

/** Other engines of JavaScript: JavaScriptCore in Bun, and V8 of other versions. */
const hosts: readonly Host[] = [
  { name: 'Node 24', variable: 'NODE_24', command: 'node24', before: [] },
  { name: 'Node 26', variable: 'NODE_26', command: 'node26', before: [] },
  { name: 'Bun', variable: 'BUN', command: 'bun', before: ['run'] },
  { name: 'Deno', variable: 'DENO', command: 'deno', before: ['run', '--allow-read', '--no-config', '--no-lock'] },
];

const runtimeOf = ({ name, variable, command, before }: Host, tier: 'simd' | 'scalar'): Runtime => ({
  name,
  tier,
  test: oneByOne(async ({ folder, library }) => {
    const path = await firstThatRuns([process.env[variable], command]);
    if (!path) return missing(`no ${command} in ${variable} or on the PATH`);
    const script = join(folder, `${command}-${tier}.mjs`);
    await writeFile(script, program(library[tier]));
    const { stdout, stderr } = await run(path, [...before, script], { cwd: folder });
    const statuses = /statuses (\d+) (\d+)/.exec(stdout);
    if (!statuses) return { result: 'failed', what: lastLine(stderr) };
    return outcomeOf(Number(statuses[1]), Number(statuses[2]));
  }),
});

export const javascript: readonly Runtime[] = hosts.flatMap((host) =>
  (['simd', 'scalar'] as const).map((tier) => runtimeOf(host, tier)),
);
