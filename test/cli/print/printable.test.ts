import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { safely } from '../../../src/cli/io.ts';
import { withProgress } from '../../../src/cli/print/progress.ts';
import { escaped } from '../../../src/cli/print/report/html.ts';
import { main } from '../../../src/cli/program.ts';
import { compile } from '../../../src/compiler/compile.ts';
import { importModel } from '../../../src/compiler/import-model.ts';
import { readModel } from '../../../src/format/read.ts';
import { describeShared } from '../../support/shared-data.ts';
import { cli, digits, digitsModel, temporary } from '../cli.ts';

/** ESC, CSI of one byte, CR, backspace, right-to-left override, zero-width space, a tag character, half a pair. */
const acting = [
  '\x1b[2J',
  '\x9b31m',
  '\r',
  '\b',
  '\u202e',
  '\u200b',
  '\u{e0041}',
  '\ud800',
  '\u2028',
  '\ufeff',
  '\x7f',
];
const hostile = `cat${acting.join('')}dog`;

/** Codes of bold, dim, yellow and red, and of their ends. */
const ours = [1, 2, 22, 33, 31, 39];

/** Every character that a terminal or a page would act on; colours of our own are taken out first. */
const acts = (text: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\u{e0000}-\u{e007f}]/u.test(
    ours.reduce((rest, code) => rest.replaceAll(`\x1b[${code}m`, ''), text),
  );

/** Digits with a hostile name for every tensor, class and node. */
function hostileModel(): Uint8Array {
  const graph = importModel(readFileSync(digitsModel), hostile);
  const renamed = {
    ...graph,
    name: hostile,
    tensors: graph.tensors.map((tensor) => ({ ...tensor, name: hostile })),
    nodes: graph.nodes.map((node) => ({ ...node, name: `${hostile}\nerror: forged` })),
  };
  return compile(renamed, { labels: Array.from({ length: 10 }, (_, i) => `${hostile}${i}\nforged`) }).bytes;
}

it('writes no character of a name that acts on a terminal, in any command, with and without colours', async () => {
  const at = temporary();
  writeFileSync(at('hostile.lbm'), hostileModel());
  const images = digits('test_images_u8.bin');
  for (const args of [
    ['inspect', at('hostile.lbm')],
    ['run', at('hostile.lbm'), digits('test_inputs_int8_nhwc.bin')],
    ['eval', at('hostile.lbm'), images, '--mean', '8', '--std', '8', '--labels', digits('test_labels_u8.bin')],
    ['run', at('hostile.lbm'), at(`${hostile}.bin`)],
    ['bench', at('hostile.lbm'), '--runs', '1'],
    [`insp${hostile}`],
    ['inspect', '--json', at('hostile.lbm')],
  ]) {
    for (const color of [false, true]) {
      const texts: string[] = [];
      const write = (text: string) => void texts.push(text);
      await main(args, { out: write, err: write, columns: 80, color, errColor: color });
      const text = texts.join('');
      expect([args[0], acts(text)]).toEqual([args[0], false]);
      expect([args[0], text]).toEqual([args[0], expect.stringContaining('\\u001b[2J')]);
      expect(text).not.toMatch(/^(error: )?forged/m);
      if (color && args[0] === 'inspect' && !args.includes('--json')) expect(text).toContain('\x1b[1m');
    }
  }
});

it('keeps names as they are in the model and in JSON', async () => {
  const at = temporary();
  writeFileSync(at('hostile.lbm'), hostileModel());
  const { status, out } = await cli('inspect', '--json', at('hostile.lbm'));
  expect(status).toBe(0);
  const { inputs } = JSON.parse(out) as { inputs: { name: string }[] };
  expect(inputs[0]?.name).toBe(readModel(readFileSync(at('hostile.lbm'))).inputs[0]?.name);
  expect(inputs[0]?.name).toBe(hostile);
});

it('keeps letters of every script, line feeds, tabs and its own colours', () => {
  const texts: string[] = [];
  const io = safely({ out: (text) => void texts.push(text), err: () => {}, columns: undefined, color: true });
  const text = 'größer ≥ 3×3\tмодель 模型 😀\n';
  io.out(text);
  expect(texts).toEqual([text]);
});

it('draws no name raw beside a progress bar', () => {
  const drawn: string[] = [];
  const terminal = Object.assign(Object.create(process.stderr) as NodeJS.WriteStream, {
    isTTY: true,
    columns: 80,
    write: (text: string) => drawn.push(text) > 0,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  });
  const io = { out: () => {}, err: () => {}, columns: 80, color: false, terminal };
  withProgress(io, hostile, (progress) => progress(1, 2));
  expect(drawn.join('')).toContain('cat\\u001b[2J');
  expect(drawn.join('')).not.toContain('\u202e');
  expect(drawn.join('')).not.toContain('\x1b[2J');
});

it('writes none into the HTML report', () => {
  expect(acts(escaped(hostile))).toBe(false);
  expect(escaped(hostile)).toContain('cat\\u001b[2J');
});

describeShared('a file of an older version whose names are escape sequences', (data) => {
  it('is refused without one reaching the terminal', async () => {
    const { status, out, err } = await cli('inspect', `${data}hostile/meta_name_escape.lbm`);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(acts(err)).toBe(false);
    expect(err).toContain('compile it again');
  });
});
