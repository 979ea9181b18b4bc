import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { vectorsOf } from '../support/op-vectors.ts';
import { referenceModels } from '../support/reference-models.ts';
import { describeWasmtime, temporaryFolder } from '../support/runtimes.ts';
import { describeShared } from '../support/shared-data.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const digits = (name: string): Buffer => readFileSync(`test/data/litenet_digits/${name}`);
const lbmOf = (path: string): Uint8Array => compile(importModel(readFileSync(path), path)).bytes;

/** The command and the engine features that wasmtime is told to have. */
const commands = [
  ['simd', ['build/liteblock.wasm']],
  ['scalar', ['-W', 'simd=n,relaxed-simd=n,bulk-memory=n', 'build/liteblock.scalar.wasm']],
] as const;

describeWasmtime('the command under wasmtime', (run) => {
  const model = folder.write('digits.lbm', lbmOf('test/data/litenet_digits/litenet_digits_int8.tflite'));
  const input = folder.write('digits.bin', digits('test_inputs_int8_nhwc.bin'));

  describe.each(commands)('%s', (_, [...features]) => {
    const module = features.pop() as string;
    const start = ['--dir', folder.path, ...features, module];

    it('gives the reference bytes of 180 digits', () => {
      const { code, stdout, stderr } = run([...start, model, input, '--raw']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(Buffer.compare(stdout, digits('test_outputs_int8_ref.bin'))).toBe(0);
    });

    it('reads standard input when no file is given', () => {
      const { code, stdout } = run([...start, model, '--raw'], { stdin: digits('test_inputs_int8_nhwc.bin') });
      expect(code).toBe(0);
      expect(Buffer.compare(stdout, digits('test_outputs_int8_ref.bin'))).toBe(0);
    });

    it('prints the top classes of each image', () => {
      const lines = Buffer.from(run([...start, model, input]).stdout)
        .toString()
        .trim()
        .split('\n');
      expect(lines.length).toBe(180);
      expect(lines[0]).toMatch(/^image 0: 0 \(4\.8\d\d\d\), \d \(-?\d\.\d{4}\), /);
    });

    describe('answers', () => {
      const frames = digits('test_inputs_int8_nhwc.bin').subarray(0, 3 * 64);
      const names = ['zero', 'one', 'the "two"', 'back\\slash', 'tab\there', 'fünf', 'six', 'seven', 'eight', 'nine'];
      const file = folder.write('names.txt', new TextEncoder().encode(names.join('\r\n')));
      const linesOf = (args: readonly string[]): string[] => {
        const { code, stdout, stderr } = run([...start, ...args], { stdin: frames });
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        return Buffer.from(stdout).toString().trim().split('\n');
      };

      it('each frame of a stream with a line of JSON, of the classes that it prints as text', () => {
        const answers = linesOf([model, '--stream', '--json']).map((line) => JSON.parse(line));
        const texts = linesOf([model, '--stream']);
        expect(answers.map(({ image }) => image)).toEqual([0, 1, 2]);
        type Class = { index: number; score: number };
        expect(
          answers.map(({ image, top }) => {
            const classes = top.map(({ index, score }: Class) => `${index} (${score.toFixed(4)})`);
            return `image ${image}: ${classes.join(', ')}`;
          }),
        ).toEqual(texts);
      });

      it('with the names of a file, whatever is in them', () => {
        const [first] = linesOf([model, '--json', '--labels', file]).map((line) => JSON.parse(line));
        type Class = { index: number; label: string };
        for (const { index, label } of first.top as Class[]) expect(label).toBe(names[index]);
        expect(linesOf([model, '--labels', file])[0]).toContain(`2 the "two" (`);
      });

      it('with those in place of the model’s own', () => {
        const labels = Array.from({ length: 10 }, (_, i) => `own ${i}`);
        const path = 'test/data/litenet_digits/litenet_digits_int8.tflite';
        const labelled = folder.write('own.lbm', compile(importModel(readFileSync(path), path), { labels }).bytes);
        expect(linesOf([labelled, '--json'])[0]).toContain('"label":"own 0"');
        expect(linesOf([labelled, '--json', '--labels', file])[0]).toContain('"label":"zero"');
      });

      it('and refuses a file with more or fewer names than classes', () => {
        const two = folder.write('two.txt', new TextEncoder().encode('a\nb\n'));
        const { code, stderr } = run([...start, model, '--labels', two], { stdin: frames });
        expect(code).toBe(1);
        expect(stderr).toMatch(/labels: expected 10, got 2/);
      });
    });

    it('says what is wrong, with exit status 1 for files and 2 for arguments', () => {
      const cases: [args: string[], code: number, message: RegExp][] = [
        [[], 2, /usage/],
        [[model, '--what'], 2, /--what: no such option/],
        [[model, '--labels'], 2, /usage/],
        [[model, '--raw', '--json'], 2, /usage/],
        [[model, '--stream', input], 2, /usage/],
        [[model, '--labels', `${folder.path}/none.txt`], 1, /none\.txt: cannot be read/],
        [[`${folder.path}/none.lbm`], 1, /none\.lbm: cannot be read/],
        [[input, input], 1, /not a \.lbm/],
        [[model, folder.write('short.bin', new Uint8Array(100))], 1, /ends within an image .*64 bytes/],
        [[model, input, input], 1, /inputs: expected 1, got 2/],
        [[folder.write('cut.lbm', readFileSync(model).subarray(0, 1000)), input], 1, /cut off/],
      ];
      for (const [args, code, message] of cases) {
        const result = run([...start, ...args]);
        expect({ args, code: result.code }).toEqual({ args, code });
        expect(result.stderr).toMatch(message);
      }
    });

    it('prints its usage for --help, with status 0', () => {
      const { code, stdout, stderr } = run([...start, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(`${stdout}`).toMatch(/^usage: liteblock .*--labels FILE.* \| --self-test\n$/);
    });

    it.each(vectorsOf())('operator vector $name', ({ name, path, inputs, output }) => {
      const lbm = folder.write(`${name}.lbm`, lbmOf(path));
      const files = inputs.map((file, i) => folder.write(`${name}.${i}.bin`, readFileSync(file)));
      const { code, stdout, stderr } = run([...start, lbm, ...files, '--raw']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(Buffer.compare(stdout, readFileSync(output))).toBe(0);
    });
  });

  it('refuses the SIMD command where there is no SIMD: the scalar one is really scalar', () => {
    const { code } = run(['-W', 'simd=n,relaxed-simd=n', '--dir', folder.path, 'build/liteblock.wasm', model, input]);
    expect(code).not.toBe(0);
  });

  describeShared('every case of the ten models, by model and case', (data) => {
    for (const { id, path, cases } of referenceModels(data)) {
      const lbm = folder.write(`${id}.lbm`, lbmOf(path));
      describe.each(commands)(`${id}, %s`, (_, [...features]) => {
        const module = features.pop() as string;
        it.each(cases)('$name', ({ name, inputs, outputs }) => {
          const files = inputs.map((file, i) => folder.write(`${id}.${name}.${i}.bin`, readFileSync(file)));
          const { code, stdout, stderr } = run(['--dir', folder.path, ...features, module, lbm, ...files, '--raw']);
          expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
          expect(Buffer.compare(stdout, Buffer.concat(outputs.map((file) => readFileSync(file))))).toBe(0);
        });
      });
    }
  });
});
