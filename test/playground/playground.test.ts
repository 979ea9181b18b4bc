import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { WebWorker } from 'puppeteer-core';
import { expect, it } from 'vitest';
import { sizesOf } from '../../examples/playground/build.mjs';
import { cli, digits, digitsModel } from '../cli/cli.ts';
import { writeTflite } from '../import/write-tflite.ts';
import { describePlayground } from './page.ts';
import {
  at,
  calibration,
  count,
  draw,
  drawByTouch,
  inspected,
  network,
  pictures,
  quantise,
  quantiseAs,
  setValue,
  weights,
  zero,
} from './steps.ts';

describePlayground('the playground', 'Chromium', (open, folder) => {
  it('shows the layers and the figures that inspect prints', async () => {
    const playground = await open();
    expect(await playground.openModel(digitsModel)).toBe('litenet_digits_int8: compiled, 10 layers.');
    const { nodes, macs, parameters, ramBytes, modelBytes, memoryBytes } = await inspected(digitsModel);
    expect(await playground.figures()).toMatchObject({
      input: '1×8×8×1 i8',
      MACs: count(macs),
      parameters: count(parameters),
      ramBytes: count(ramBytes),
      modelBytes: count(modelBytes),
      memoryBytes: count(memoryBytes),
      engine: 'simd, self-test passed',
    });
    const rows = nodes.map(({ name, op, kernel, shape, macs, parameters }) => [
      ...[name, op, kernel, shape.slice(1).join('×'), count(macs), count(parameters), '', ''],
    ]);
    expect((await playground.rows()).slice(0, -1)).toEqual(rows);
    expect(playground.errors).toEqual([]);
  });

  it('gives the .lbm that compile writes, and opens it without the compiler', async () => {
    const playground = await open();
    await playground.openModel(digitsModel);
    const bytes = await playground.download();
    expect((await cli('compile', digitsModel, '-o', at('cli.lbm'))).status).toBe(0);
    expect(Buffer.compare(bytes, readFileSync(at('cli.lbm')))).toBe(0);
    expect(playground.requests.some((url) => url.includes('compiler-'))).toBe(true);
    const compiled = await playground.figures();

    const again = await open();
    expect(await again.openModel(at('cli.lbm'))).toBe('litenet_digits_int8: read, 10 layers.');
    expect(await again.figures()).toEqual(compiled);
    expect((await again.texts('#arena-rows th')).length).toBeGreaterThan(10);
    expect(again.requests.filter((url) => /compiler-|float|scalar/.test(url))).toEqual([]);
  });

  it('takes what is dropped on it', async () => {
    const playground = await open();
    await playground.page.evaluate(async () => {
      const response = await fetch('./examples/litenet_digits_int8.tflite');
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([await response.blob()], 'dropped.tflite'));
      document.querySelector('#drop')?.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
    });
    await playground.said('#status', /^dropped: compiled, 10 layers/);
  });

  it('names the class of pictures, of images in a file, and of a drawing', async () => {
    const playground = await open();
    await playground.page.click('#example-int8');
    await playground.said('#status', /10 layers/);
    const labels = readFileSync(digits('test_labels_u8.bin'));
    const indices = [0, 4, 6, 10, 15];
    const files = pictures('test_images_u8.bin', indices, 16);
    for (const [n, i] of indices.entries()) {
      await playground.page.click('#clear').catch(() => undefined); // it is shown beside drawings only
      await playground.pick('#picture', files[n] as string);
      await playground.said('#answer', new RegExp(`^class ${labels[i]}[, ]`));
    }
    // These are 0 to 16 as they are in the file, which mean and std tell.
    await setValue(playground, '#run-mean', '8');
    await setValue(playground, '#run-std', '8');
    await playground.pick('#picture', digits('test_images_u8.bin'));
    const of7 = labels.indexOf(7);
    await setValue(playground, '#which', `${of7}`);
    await playground.said('#answer', /^class 7,/);
    await setValue(playground, '#run-mean', '');
    await setValue(playground, '#run-std', '');
    await playground.page.click('input[value=draw]');
    await draw(playground, zero);
    await playground.said('#answer', /^class 0,/);
    expect(playground.errors).toEqual([]);
  });

  it('quantises a network of weights as the command does, from a file of images and from pictures', async () => {
    const playground = await open();
    await playground.pick('#files', weights);
    await playground.said('#status', /now add the network\.json/);
    expect(await playground.openModel(network)).toBe('litenet-digits: to be quantised, 10 layers.');
    const command = ['quantize', network, '--weights', weights, '--mean', '8', '--std', '8'];
    const figures = await playground.figures();
    await quantise(playground, calibration);
    expect(await playground.text('#report-text')).toMatch(/19\d of 200 images/);
    expect((await cli(...command, '--data', calibration, '-o', at('bin.lbm'))).status).toBe(0);
    expect(Buffer.compare(await playground.download(), readFileSync(at('bin.lbm')))).toBe(0);
    expect((await playground.figures()).ramBytes).toBe(figures.ramBytes);

    await playground.openModel(network, weights);
    const indices = Array.from({ length: 12 }, (_, i) => i);
    await quantise(playground, ...pictures('calib_images_u8.bin', indices, 1));
    writeFileSync(at('some.bin'), readFileSync(calibration).subarray(0, 64 * indices.length));
    expect((await cli(...command, '--data', at('some.bin'), '-o', at('some.lbm'))).status).toBe(0);
    expect(Buffer.compare(await playground.download(), readFileSync(at('some.lbm')))).toBe(0);
    expect(playground.errors).toEqual([]);
  });

  it('warns where mean and std are not given, and where images are not like those of the training', async () => {
    const playground = await open();
    await playground.openModel(network, weights);
    await quantiseAs(playground, '', calibration);
    const warnings = await playground.page.$$eval('#warnings li', (items) => items.map((item) => item.textContent));
    expect(warnings).toEqual([
      expect.stringMatching(
        /^Warning: mean and std: nothing is given, so pixels are used as float values from 0 to 255/,
      ),
      expect.stringMatching(/^Warning: "input": the images differ .+ 8\.\d+ times as widely spread/),
    ]);
    expect(await playground.text('#report-text')).not.toContain('No warnings');

    const right = await open();
    await right.openModel(network, weights);
    await quantise(right, calibration);
    expect(await right.text('#report-text')).toContain('No warnings.');
    expect(playground.errors).toEqual([]);
  });

  it('unfolds blocks with the keyboard, and puts a time to every layer', async () => {
    const playground = await open();
    const { page } = playground;
    await page.click('#example-float');
    await playground.said('#images-count', /1 file/);
    await page.click('#quantize-form .primary');
    await playground.said('#report-text', /same best class/);
    expect((await playground.rows()).map(([name]) => name)).toEqual([
      'stem.0',
      'blocks.0',
      'blocks.1',
      'pool',
      'fc',
      'total',
    ]);
    await page.focus('.unfold');
    await page.keyboard.press('Enter');
    const unfolded = await playground.rows();
    expect(unfolded.map(([name]) => name)).toContain('blocks.0.conv1.0');
    expect(unfolded.map(([name]) => name)).not.toContain('blocks.1.conv1.0');
    expect(await page.$eval('.unfold', (button) => button.getAttribute('aria-expanded'))).toBe('true');
    await page.click('#time');
    await playground.said('#timed', /^0*[1-9.][\d.]* ms an image, the median of [\d,]+ runs/);
    const times = (await playground.rows()).map((row) => Number(row.at(-1)));
    expect(times.every((time) => time >= 0)).toBe(true);
    expect(times.at(-1)).toBeGreaterThan(0);
  });

  it('lists what stands in the way of a model, and shows nothing of the one before', async () => {
    const playground = await open();
    await playground.openModel(digitsModel);
    const map = { shape: [1, 4, 4, 2], scale: [0.5], zeroPoint: [0] };
    const operators = [{ name: 'L2_POOL_2D', inputs: [0], outputs: [1] }];
    writeFileSync(at('unknown.tflite'), writeTflite({ tensors: [map, map], operators, inputs: [0], outputs: [1] }));
    await playground.pick('#files', at('unknown.tflite'));
    await playground.said('#failure-text', /One thing stands in the way/);
    const [problem] = await playground.texts('#problems li');
    expect(problem).toMatch(/^node 0 L2_POOL_2D ".+": the operator L2_POOL_2D is not supported$/);
    expect(await playground.text('#works')).toMatch(/^supported operators: ABS, ADD/);
    expect(await playground.page.$eval('#model', (section) => (section as HTMLElement).hidden)).toBe(true);
    writeFileSync(at('cut.lbm'), readFileSync(digitsModel).subarray(0, 100));
    await playground.pick('#files', at('cut.lbm'));
    await playground.said('#failure-text', /cut\.lbm/);
    await playground.openModel(digitsModel);
    expect(await playground.page.$eval('#failure', (section) => (section as HTMLElement).hidden)).toBe(true);
  });

  it('runs on frames of a camera until it is stopped', async () => {
    const playground = await open();
    await playground.openModel(digitsModel);
    await playground.page.click('input[value=camera]');
    await playground.page.click('#camera');
    await playground.said('#answer', /^class \d, of 10 scores/);
    await playground.page.click('#camera');
    expect(await playground.text('#camera')).toBe('Start camera');
  });

  it('asks no other origin for anything, and could not', async () => {
    const playground = await open();
    await playground.openModel(network, weights);
    await quantise(playground, calibration);
    const { origin } = new URL(playground.page.url());
    const others = playground.requests.filter((url) => !/^(data|blob):/.test(url) && new URL(url).origin !== origin);
    expect(others).toEqual([]);
    expect(playground.requests.some((url) => url.endsWith('engine.simd.wasm'))).toBe(true);
    const [worker] = playground.page.workers();
    for (const place of [playground.page, worker as WebWorker]) {
      const violated = await place.evaluate(
        () =>
          new Promise((resolve) => {
            addEventListener('securitypolicyviolation', (event) => {
              resolve((event as SecurityPolicyViolationEvent).effectiveDirective);
            });
            fetch('https://example.com/').catch(() => undefined);
          }),
      );
      expect(violated).toBe('connect-src');
    }
  });

  it.each(['light', 'dark'])('has no serious fault that axe sees, in %s, and fits a phone', async (scheme) => {
    const playground = await open();
    const { page } = playground;
    await page.setViewport({ width: 360, height: 640, hasTouch: true, isMobile: true });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.click('#example-float');
    await playground.said('#images-count', /1 file/);
    await page.click('#quantize-form .primary');
    await playground.said('#report-text', /same best class/);
    for (const summary of await page.$$('summary')) await summary.click();
    await drawByTouch(playground, zero);
    await playground.said('#answer', /^class 0,/);
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    const violations = await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
      return (await axe.run()).violations.map(({ id, impact, nodes }) => ({ id, impact, html: nodes[0]?.html }));
    });
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });

  it('is light: 64 KB gzipped for a .lbm, 276 KB with everything, of them 60 KB importers', async () => {
    await open();
    const { first, total, compiler, importer } = sizesOf(folder());
    console.log(`playground ${total} bytes gzipped, ${first} for a .lbm, ${compiler} of them the compiler`);
    expect(first).toBeLessThanOrEqual(64 * 1024);
    expect(total).toBeLessThanOrEqual(276 * 1024);
    expect(importer).toBeLessThanOrEqual(60 * 1024);
  });
});

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}
