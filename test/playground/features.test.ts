import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { expect, it, onTestFinished } from 'vitest';
import { builtEngines } from '../../src/cli/engines.ts';
import { importNetwork } from '../../src/compiler/import-network.ts';
import { evaluatorsOf } from '../../src/jobs/evaluators.ts';
import { quantizeModel } from '../../src/jobs/quantize-model.ts';
import { digits, digitsModel } from '../cli/cli.ts';
import { serve } from '../support/site.ts';
import { describeEverywhere, type Page } from './everywhere.ts';

const read = (name: string): Uint8Array => readFileSync(digits(name));
const calibration = { name: 'calib_images_u8.bin', bytes: read('calib_images_u8.bin') };
const tests = { name: 'test_images_u8.bin', bytes: read('test_images_u8.bin') };
const labels = read('test_labels_u8.bin');
const text = (name: string, value: string) => ({ name, bytes: new TextEncoder().encode(value) });

/** The layers of the report that the command line would print for the example. */
async function layersQuantized() {
  const network = readFileSync('examples/networks/litenet-digits.json', 'utf8');
  const graph = importNetwork(network, read('litenet_digits.safetensors'));
  const { report } = quantizeModel(
    graph,
    {
      count: calibration.bytes.length / 64,
      at: (i) => calibration.bytes.subarray(64 * i, 64 * (i + 1)),
      file: () => calibration.name,
    },
    await evaluatorsOf(builtEngines),
    { preprocessing: { mean: [8], std: [8] }, onProgress: () => undefined, onUnsaidPixels: () => undefined },
  );
  return report.layers;
}

/** Digit `i` of the test set, 16 times as bright as in the file. */
function picture(i: number, name: string) {
  const data = Uint8Array.from(tests.bytes.subarray(64 * i, 64 * (i + 1)), (pixel) => Math.min(255, pixel * 16));
  return { name, bytes: encode({ width: 8, height: 8, data, channels: 1, depth: 8 }) };
}

async function openInt8(open: () => Promise<Page>): Promise<Page> {
  const page = await open();
  await page.driver.click('#example-int8');
  await page.said('#status', /compiled, 10 layers/);
  return page;
}

async function openFloat(open: () => Promise<Page>): Promise<Page> {
  const page = await open();
  await page.driver.click('#example-float');
  await page.said('#images-count', /^Images: 1 file\.$/);
  return page;
}

/** Clicks one button after the other, with nothing between. */
const clicks = ({ driver }: Page, ...selectors: string[]): Promise<void> =>
  driver.evaluate((all) => {
    for (const selector of all) (document.querySelector(selector) as HTMLElement).click();
  }, selectors);

const focused = ({ driver }: Page): Promise<string> =>
  driver.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.id ?? '');

/** A server of another origin, with or without CORS. */
async function otherOrigin(cors: boolean): Promise<string> {
  const site = await serve((_, response) => {
    if (cors) response.setHeader('access-control-allow-origin', '*');
    response.setHeader('cross-origin-resource-policy', 'cross-origin').end(readFileSync(digitsModel));
  });
  onTestFinished(() => site.close());
  return site.origin;
}

describeEverywhere('the page', (open, _browser, folder) => {
  it('lets calibration files be removed, one by one by keyboard, and all', async () => {
    const page = await openFloat(open);
    await page.drop('#images-drop', [
      { ...calibration, name: 'b.bin' },
      { ...calibration, name: 'c.bin' },
    ]);
    await page.said('#images-count', /^Images: 3 files\.$/);
    await page.driver.evaluate(() => document.querySelector<HTMLElement>('#images-list button')?.focus());
    await page.driver.press('Enter');
    expect(await page.texts('#images-list li > :first-child')).toEqual(['b.bin', 'c.bin']);
    expect(await focused(page)).toBe('Remove b.bin');
    await page.driver.click('#images-clear');
    expect(await page.text('#images-count')).toBe('No images yet.');
    expect(await focused(page)).toBe('images');
    await page.driver.click('#quantize');
    await page.said('#failure-text', /^there are no calibration images: drop some, or choose them$/);
    await page.drop('#images-drop', [calibration]);
    await page.said('#images-count', /^Images: 1 file\.$/);
    await page.driver.click('#quantize');
    await page.said('#report-text', /199 of 200 images/);
  });

  it('takes class names that are pasted or dropped, for a model that has none', async () => {
    const page = await openInt8(open);
    await page.drop('#running', [picture(0, 'digit.png')]);
    await page.said('#answer', new RegExp(`^class ${labels[0]}, `));
    const names = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
    await page.set('#names', names.join('\n'));
    await page.said('#answer', new RegExp(`^${names[labels[0] as number]}, `));
    await page.drop('#running', [text('names.txt', names.map((name, i) => `${i} <b>${name}</b>`).join('\r\n'))]);
    await page.said('#answer', new RegExp(`^<b>${names[labels[0] as number]}</b>, `));
    await page.drop('#running', [text('names.txt', 'zero\none')]);
    await page.said('#failure-text', /^2 class names, but the model has 10 classes: give one name for each/);
    await page.set('#names', '');
    await page.said('#answer', new RegExp(`^class ${labels[0]}, `));
  });

  it('ends long work at once when it is cancelled, and goes on', async () => {
    const page = await openFloat(open);
    await page.drop(
      '#images-drop',
      Array.from({ length: 100 }, (_, i) => ({ ...calibration, name: `${i}.bin` })),
    );
    await page.said('#images-count', /101 files/);
    await page.driver.click('#quantize');
    await page.said('#status', /^Quantising: calibrating/);
    await page.driver.click('#quantize-cancel');
    expect(await page.text('#status')).toBe('Cancelled.');
    expect(await page.isShown('#quantize-cancel')).toBe(false);
    expect(await page.isShown('#report')).toBe(false);
    // The new worker has the network, and the page its images.
    await page.driver.click('#images-clear');
    await page.drop('#images-drop', [calibration]);
    await page.said('#images-count', /1 file\./);
    await page.driver.click('#quantize');
    await page.said('#report-text', /199 of 200 images/);

    await clicks(page, '#time', '#time-cancel');
    await page.said('#timed', /^Cancelled\.$/);
    await page.drop('#tests-drop', [
      ...Array.from({ length: 50 }, (_, i) => ({ ...tests, name: `${i}.bin` })),
      { name: 'labels.bin', bytes: Uint8Array.from({ length: 180 * 50 }, (_, i) => labels[i % 180] as number) },
    ]);
    await clicks(page, '#accuracy', '#accuracy-cancel');
    await page.said('#accuracy-text', /^Cancelled\.$/);
    await clicks(page, '#accuracy');
    await page.said('#accuracy-text', /^\d+\.\d % of 9,000 images are named right/);
    await page.driver.click('#quantize');
    await page.said('#status', /^Quantised with 200 images/);
    expect(await page.text('#failure-text')).not.toMatch(/cancelled/);
  });

  it('measures accuracy with a file of labels, a CSV, or folders', async () => {
    const page = await openInt8(open);
    const measured = async (give: Promise<void>): Promise<string> => {
      await give;
      await page.said('#tests-count', /of images/);
      await page.driver.click('#accuracy');
      return page.said('#accuracy-text', /named right/);
    };
    await page.set('#run-mean', '8');
    await page.set('#run-std', '8');
    const byBytes = await measured(page.drop('#tests-drop', [tests, { name: 'test_labels_u8.bin', bytes: labels }]));
    expect(byBytes).toBe('98.3 % of 180 images are named right (177; standard error 1.0 %).');
    expect(await page.texts('#confused li')).toHaveLength(3);

    await page.set('#run-mean', '');
    await page.set('#run-std', '');
    const indices = Array.from({ length: 20 }, (_, i) => i);
    const wrong = 7; // of this one the CSV says something else
    const rows = indices.map((i) => `${i}.png,${i === wrong ? ((labels[i] as number) + 1) % 10 : labels[i]}`);
    const files = indices.map((i) => picture(i, `${i}.png`));
    await clicks(page, '#tests-clear');
    const csv = text('truth.csv', `file,class\n${rows.join('\n')}`);
    expect(await measured(page.drop('#tests-drop', [...files, csv]))).toMatch(/^95\.0 % of 20 .*\(19;/);
    await clicks(page, '#tests-clear');
    const inFolders = indices.map((i) => picture(i, `set/${labels[i]}/${i}.png`));
    expect(await measured(page.pickFolder('#tests-folder', inFolders))).toMatch(/^100\.0 % of 20 .*\(20;/);

    await clicks(page, '#tests-clear');
    await page.drop('#tests-drop', files);
    await page.driver.click('#accuracy');
    await page.said('#failure-text', /^accuracy: the true classes are missing: add a CSV/);
  });

  it('shows signal to noise of every layer after quantisation, and of no other model', async () => {
    const page = await openFloat(open);
    expect(await page.isShown('th.snr')).toBe(false);
    await page.driver.click('#quantize');
    await page.said('#report-text', /dB/);
    await clicks(page, '#unfold');
    const layers = await layersQuantized();
    const names = await page.texts('#rows tr:not(.total, .block) th');
    const column = await page.texts('#rows tr:not(.total, .block) .snr');
    expect(Object.fromEntries(names.map((name, i) => [name, column[i]]))).toEqual(
      Object.fromEntries(layers.map(({ name, output }) => [name, output.snrDb.toFixed(1)])),
    );
    expect(await page.isShown('td.snr')).toBe(true);
    await page.driver.click('#example-int8');
    await page.said('#status', /compiled/);
    expect(await page.isShown('th.snr')).toBe(false);
  });

  it('keeps a long name on one line, with its end and its whole as a title, and fits a phone', async () => {
    const page = await openFloat(open);
    await page.driver.resize(390, 800);
    onTestFinished(() => page.driver.resize(1280, 1000));
    const name = `${'a-very-long-name-'.repeat(12)}last.bin`;
    await page.drop('#images-drop', [{ ...calibration, name }]);
    await page.said('#images-count', /2 files/);
    await page.driver.click('#quantize');
    await page.said('#report-text', /same best class/);
    await page.driver.click('#time');
    await page.said('#timed', /median/);
    await clicks(page, '#unfold');
    const shown = await page.driver.evaluate(() => {
      const item = document.querySelector('#images-list li:last-child .cut') as HTMLElement;
      const [head, tail] = [...item.children] as [HTMLElement, HTMLElement];
      const table = document.querySelector('#layers') as HTMLElement;
      return {
        title: item.title,
        text: item.textContent,
        lines: item.getBoundingClientRect().height / Number.parseFloat(getComputedStyle(item).lineHeight),
        isCut: head.scrollWidth > head.clientWidth,
        isTailWhole: tail.scrollWidth <= tail.clientWidth + 1 || tail.getBoundingClientRect().width > 0,
        pageFits: document.documentElement.scrollWidth <= innerWidth,
        tableFits: table.offsetWidth <= (table.parentElement as HTMLElement).clientWidth,
      };
    });
    expect(shown).toEqual({
      ...{ title: name, text: name, lines: expect.closeTo(1, 0), isCut: true, isTailWhole: true },
      ...{ pageFits: true, tableFits: true },
    });
  });

  it('opens the model that its address names, of its own origin or by CORS', async () => {
    copyFileSync(digitsModel, join(folder, 'near.tflite'));
    const near = await open('?model=near.tflite');
    await near.said('#status', /^near: compiled, 10 layers/);
    const pair = await open('?model=examples/litenet-digits.json&model=examples/litenet_digits.safetensors');
    await pair.said('#status', /^litenet-digits: to be quantised/);
    const far = await open(`?model=${encodeURIComponent(`${await otherOrigin(true)}/far,it's;.tflite`)}`);
    await far.said('#status', /^far,it's;: compiled, 10 layers/);
  });

  it('says what is wrong with an address, and asks no other', async () => {
    const missing = await open('?model=missing.tflite');
    await missing.said('#failure-text', /missing\.tflite: the server answered 404/);
    const script = await open(`?model=${encodeURIComponent('javascript:alert(1)')}`);
    await script.said('#failure-text', /^\?model=javascript:alert\(1\): give an address that begins with https:/);
    const silent = await otherOrigin(false);
    const refused = await open(`?model=${encodeURIComponent(`${silent}/far.tflite`)}`);
    await refused.said('#failure-text', /far\.tflite: it could not be fetched: .*\(CORS\)/);
    // The policy lets it ask for this file, and not for another of the same server, nor of others.
    const blocked = (url: string) =>
      refused.driver.evaluate(
        (address) =>
          new Promise<string>((resolve) => {
            addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective));
            setTimeout(resolve, 5000, 'not blocked');
            fetch(address).catch(() => undefined);
          }),
        url,
      );
    expect(await blocked(`${silent}/other.tflite`)).toBe('connect-src');
    expect(await blocked('http://127.0.0.1:1/')).toBe('connect-src');
    await refused.driver.click('#example-int8');
    await refused.said('#status', /compiled, 10 layers/);
  });

  it('says in words what is wrong with hostile files, and stays usable', async () => {
    const page = await openInt8(open);
    const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * 2654435761) >>> 24);
    const hostile = '<img src=x onerror="window.hacked=1">';
    const cases: readonly (readonly [drop: string, file: { name: string; bytes: Uint8Array }, what: RegExp])[] = [
      ['#running', { name: 'damaged.png', bytes: noise }, /^damaged\.png: the browser cannot decode this picture/],
      ['#running', { name: 'noise.bin', bytes: noise.subarray(0, 63) }, /noise\.bin/],
      ['#running', { name: 'noise.txt', bytes: noise }, /^noise\.txt: expected a text file with one name a line/],
      ['#running', text('many.txt', 'x\n'.repeat(200_000)), /^200000 class names, but the model has 10 classes/],
      ['#running', text(`${hostile}.npy`, '\u0093NUMPY'), /<img/],
      ['#drop', { name: `${hostile}.lbm`, bytes: noise }, /<img/],
    ];
    for (const [where, file, what] of cases) {
      await page.drop(where, [file]);
      await page.said('#failure-text', what);
    }
    await page.driver.click('#example-int8');
    await page.said('#status', /compiled, 10 layers/);
    await page.drop('#tests-drop', [picture(0, '0.png'), text('t.csv', `0.png,${hostile}\n`.repeat(3))]);
    await page.driver.click('#accuracy');
    await page.said('#failure-text', /is not a class: give a number from 0 to 9/);
    expect(await page.driver.evaluate(() => 'hacked' in window)).toBe(false);
  });
});
