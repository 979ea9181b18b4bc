import { build } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import { unpackInto } from '../support/packed.ts';
import { root, temporaryFolder } from '../support/runtimes.ts';

const folder = temporaryFolder();
unpackInto(folder.path);

afterAll(() => folder.remove());

/** What a bundler leaves of the package for `code`. */
async function bundled(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: folder.path },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    nodePaths: [`${root}node_modules`],
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

/** Words of messages that only importers, planner and packer have. */
const compilerWords = ['CONV_2D', 'zero padding', 'flatbuffer', 'safetensors', 'TRANSPOSE'];
const has = (code: string, words: readonly string[]): string[] => words.filter((word) => code.includes(word));

it('leaves nothing of what is imported and not used', async () => {
  const entries = [
    'liteblock',
    'liteblock/worker',
    'liteblock/format',
    'liteblock/bundle',
    'liteblock/detect',
    'liteblock/compiler',
  ];
  for (const entry of entries) {
    expect((await bundled(`import '${entry}';`)).length, entry).toBeLessThan(100);
    expect(
      (await bundled(`import { LiteBlockError as a } from '${entry}'; console.log(1);`)).length,
      entry,
    ).toBeLessThan(100);
  }
});

it('has no compiler where a model is loaded, and a small reader of headers', async () => {
  const compiler = await bundled(
    "import { compile, importModel } from 'liteblock/compiler'; console.log(compile, importModel);",
  );
  expect(has(compiler, compilerWords).length).toBeGreaterThan(2); // the words are the right ones
  const runtime = await bundled("import { load } from 'liteblock'; console.log(load);");
  expect(has(runtime, compilerWords)).toEqual([]);
  const reader = await bundled("import { readHeader } from 'liteblock/format'; console.log(readHeader);");
  expect(has(reader, compilerWords)).toEqual([]);
  console.log(`bytes: compiler ${compiler.length}, load ${runtime.length}, readHeader ${reader.length}`);
  expect(reader.length).toBeLessThan(4 * 1024);
});

it('has what makes inputs of images only where it is used', async () => {
  const word = 'bytes per pixel';
  const load = await bundled("import { load } from 'liteblock'; console.log(load);");
  const image = await bundled("import { inputOfImage } from 'liteblock'; console.log(inputOfImage);");
  expect([load, image].map((code) => code.includes(word))).toEqual([false, true]);
});

it('keeps the worker, which is code for its effect, where it is imported for that', async () => {
  expect((await bundled("import 'liteblock/worker-thread';")).length).toBeGreaterThan(10_000);
});
