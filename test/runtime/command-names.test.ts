import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { printableLine } from '../../src/cli/print/printable.ts';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { describeWasmtime, temporaryFolder } from '../support/runtimes.ts';
import { runCommand } from '../support/wasi-host.ts';

/** Names of others that the WASI command prints: paths, options, labels. */

const folder = temporaryFolder();
afterAll(() => folder.remove());

const utf8 = new TextEncoder();
const path = 'test/data/litenet_digits/litenet_digits_int8.tflite';
const digits = (labels?: readonly string[]): Uint8Array =>
  compile(importModel(readFileSync(path), path), labels ? { labels } : {}).bytes;

describe.each(['liteblock', 'liteblock.scalar'])('%s.wasm', (name) => {
  const module = new WebAssembly.Module(readFileSync(`build/${name}.wasm`));
  const saidOf = (...args: Uint8Array[]): string => {
    const { code, stderr } = runCommand(module, [utf8.encode('liteblock'), ...args]);
    expect(code).not.toBe(0);
    return new TextDecoder('utf-8', { fatal: true }).decode(stderr);
  };
  /** What it makes of a path, which cannot be opened here. */
  const shown = (bytes: Uint8Array): string => saidOf(bytes).replace(/: cannot be read [\s\S]*$/, '');

  it('writes every character that acts as the command line of Node does, and all others unchanged', () => {
    for (let first = 1; first < 0x110000; first += 0x4000) {
      const codes = Array.from({ length: 0x4000 }, (_, i) => first + i);
      const some = codes.filter((code) => code < 0x110000 && (code < 0xd800 || code > 0xdfff));
      const text = some.map((code) => String.fromCodePoint(code)).join('');
      expect(shown(utf8.encode(text)) === printableLine(text), `from ${first.toString(16)}`).toBe(true);
    }
  });

  it.each<[what: string, bytes: number[], text: string]>([
    ['a lone continuation', [0x41, 0x9b, 0x33, 0x31, 0x6d], 'A\ufffd31m'],
    ['an overlong form of ESC', [0xc0, 0x9b, 0x41], '\ufffd\ufffdA'],
    ['an overlong form of three bytes', [0xe0, 0x80, 0x9b], '\ufffd\ufffd\ufffd'],
    ['half of a pair', [0xed, 0xa0, 0x80], '\ufffd\ufffd\ufffd'],
    ['more than there is', [0xf4, 0x90, 0x80, 0x80], '\ufffd\ufffd\ufffd\ufffd'],
    ['a cut character', [0x41, 0xe2, 0x80], 'A\ufffd\ufffd'],
    ['a character cut by another', [0xe2, 0x80, 0x41], '\ufffd\ufffdA'],
    ['bytes that begin nothing', [0xff, 0xf5, 0x41], '\ufffd\ufffdA'],
  ])('writes U+FFFD for a byte that is not UTF-8: %s', (_, bytes, text) => {
    expect(shown(Uint8Array.from(bytes))).toBe(text);
  });

  it('writes an option that it does not know so, too', () => {
    expect(saidOf(utf8.encode('--\x1b[2J\u202e'))).toMatch(/^--\\u001b\[2J\\u202e: no such option\n/);
  });
});

describeWasmtime('labels under wasmtime', (run) => {
  const labels = ['\x1b[31mred', 'a\u009b2Kb', 'x\u202ey', '\ufeffz', 'q"\\', '\u2028', '\x7f', 'é', '\u{e0041}', '\t'];
  const model = folder.write('labels.lbm', digits(labels));
  const image = readFileSync('test/data/litenet_digits/test_inputs_int8_nhwc.bin');
  const answer = (...args: string[]): string => {
    const { code, stdout } = run(['--dir', folder.path, 'build/liteblock.wasm', model, ...args], { stdin: image });
    expect(code).toBe(0);
    return new TextDecoder('utf-8', { fatal: true }).decode(stdout);
  };
  const acting = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

  it('do not act on a terminal', () => {
    const text = answer();
    expect(text.replaceAll('\n', '')).not.toMatch(acting);
    labels.forEach((label, i) => {
      expect(text).toContain(`${i} ${printableLine(label)} (`);
    });
  });

  it('are the same names in JSON, in which no character acts', () => {
    const text = answer('--json');
    expect(text.replaceAll('\n', '')).not.toMatch(acting);
    const classes = text
      .trimEnd()
      .split('\n')
      .flatMap((line) => JSON.parse(line).top as { index: number; label: string }[]);
    for (const { index, label } of classes) expect(label).toBe(labels[index]);
    expect(new Set(classes.map(({ index }) => index)).size).toBe(10);
  });

  it('of a file that is not UTF-8 are valid JSON', () => {
    const lines = Array.from({ length: 10 }, (_, i) => Uint8Array.of(0x41 + i, 0x9b, 0xe2, 0x0a));
    const file = folder.write('bytes.txt', Buffer.concat(lines));
    const [first] = answer('--json', '--labels', file).split('\n');
    for (const { index, label } of JSON.parse(first as string).top) {
      expect(label).toBe(`${String.fromCharCode(0x41 + index)}\ufffd\ufffd`);
    }
  });
});
