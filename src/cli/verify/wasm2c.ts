import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstThatRuns, lastLine, missing, oneByOne, outcomeOf, type Runtime, run } from './runtime.ts';

const main = `#include <stdio.h>
#include "model.h"
static Z_model_instance_t model;
int main(void) {
  wasm_rt_init();
  Z_model_init_module();
  Z_model_instantiate(&model);
  unsigned load = Z_modelZ_loadBundled(&model), test = Z_modelZ_selfTest(&model);
  printf("%u %u\\n", load, test);
  return 0;
}
`;

/** Debian's place for the C that goes with what wasm2c writes. */
const support = (): string => process.env.WASM2C_SUPPORT ?? '/usr/share/wabt/wasm2c';

/** The module as C, compiled: no WebAssembly runtime at all. */
export const wasm2c: Runtime = {
  name: 'wasm2c and a C compiler',
  tier: 'scalar',
  test: oneByOne(async ({ folder, library }) => {
    const [path, cc] = [
      await firstThatRuns([process.env.WASM2C, 'wasm2c']),
      await firstThatRuns([process.env.CC, 'cc', 'gcc']),
    ];
    if (!path || !cc)
      return missing(path ? 'no C compiler in CC or on the PATH' : 'no wasm2c in WASM2C or on the PATH');
    await writeFile(join(folder, 'main.c'), main);
    const steps: [string, string[]][] = [
      [path, [library.scalar, '-n', 'model', '-o', 'model.c']],
      [
        cc,
        [
          `-I${support()}`,
          '-O1',
          '-ffp-contract=off',
          'main.c',
          'model.c',
          `${support()}/wasm-rt-impl.c`,
          '-lm',
          '-o',
          'model',
        ],
      ],
      [join(folder, 'model'), []],
    ];
    let stdout = '';
    for (const [command, args] of steps) {
      const ended = await run(command, args, { cwd: folder });
      if (ended.code !== 0) return { result: 'failed', what: lastLine(ended.stderr) };
      stdout = ended.stdout;
    }
    const [load, selfTest] = stdout.trim().split(' ').map(Number);
    return outcomeOf(load, selfTest);
  }),
};
