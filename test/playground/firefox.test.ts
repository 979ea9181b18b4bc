import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cli, digits, digitsModel } from '../cli/cli.ts';
import { describePlayground } from './page.ts';

const temporary = mkdtempSync(join(tmpdir(), 'liteblock-'));
afterAll(() => rmSync(temporary, { recursive: true }));
const at = (name: string): string => join(temporary, name);

describePlayground('the playground', 'Firefox', (open) => {
  it('compiles and quantises to the bytes of the command line', async () => {
    const playground = await open();
    const { page } = playground;
    await page.click('#example-int8');
    await playground.said('#status', /compiled, 10 layers/);
    expect((await cli('compile', digitsModel, '-o', at('int8.lbm'))).status).toBe(0);
    expect(Buffer.compare(await playground.download(), readFileSync(at('int8.lbm')))).toBe(0);

    await page.click('#example-float');
    await playground.said('#images-count', /1 file/);
    await page.click('#quantize-form .primary');
    await playground.said('#report-text', /same best class/);
    const network = ['examples/networks/litenet-digits.json', '--weights', digits('litenet_digits.safetensors')];
    const images = ['--data', digits('calib_images_u8.bin'), '--mean', '8', '--std', '8'];
    expect((await cli('quantize', ...network, ...images, '-o', at('float.lbm'))).status).toBe(0);
    expect(Buffer.compare(await playground.download(), readFileSync(at('float.lbm')))).toBe(0);
    expect(playground.errors).toEqual([]);
  });
});
