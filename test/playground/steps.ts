import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterAll, expect } from 'vitest';
import type { Inspection } from '../../src/analyze/inspect.ts';
import { cli, digits } from '../cli/cli.ts';
import type { Playground } from './page.ts';

export const network = 'examples/networks/litenet-digits.json';
export const weights = digits('litenet_digits.safetensors');
export const calibration = digits('calib_images_u8.bin');
export const count = (value: number): string => value.toLocaleString('en');

export const temporary = mkdtempSync(join(tmpdir(), 'liteblock-'));
afterAll(() => rmSync(temporary, { recursive: true }));
export const at = (name: string): string => join(temporary, name);

/** What `inspect` says of a model. */
export async function inspected(path: string): Promise<Inspection> {
  const { status, out } = await cli('inspect', path, '--json');
  expect(status).toBe(0);
  return JSON.parse(out);
}

/** Files of digits 8×8, whose pixels are 0 to 16, times `factor`. */
export function pictures(file: string, indices: readonly number[], factor: number): string[] {
  const pixels = readFileSync(digits(file));
  return indices.map((i) => {
    const data = pixels.subarray(64 * i, 64 * (i + 1)).map((pixel) => Math.min(255, pixel * factor));
    const path = at(`${file}-${i}-${factor}.png`);
    writeFileSync(path, encode({ width: 8, height: 8, data: Uint8Array.from(data), channels: 1, depth: 8 }));
    return path;
  });
}

export const setValue = (playground: Playground, id: string, value: string): Promise<void> =>
  playground.page.$eval(
    id,
    (input, text) => {
      (input as HTMLInputElement).value = text;
      input.dispatchEvent(new Event('change'));
    },
    value,
  );

export const quantise = (playground: Playground, ...images: string[]): Promise<void> =>
  quantiseAs(playground, '8', ...images);

export async function quantiseAs(playground: Playground, meanAndStd: string, ...images: string[]): Promise<void> {
  await playground.pick('#images', ...images);
  await playground.said('#images-count', /^Images: /);
  await setValue(playground, '#mean', meanAndStd);
  await setValue(playground, '#std', meanAndStd);
  await playground.page.click('#quantize-form .primary');
  await playground.said('#report-text', /same best class/);
}

/** One line after another on the canvas, in parts of its sides. */
export async function draw({ page }: Playground, points: readonly (readonly [x: number, y: number])[]): Promise<void> {
  const canvas = await page.waitForSelector('#drawing', { visible: true });
  await canvas?.scrollIntoView();
  const box = (await canvas?.boundingBox()) as { x: number; y: number; width: number; height: number };
  const place = ([x, y]: readonly [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const;
  await page.mouse.move(...place(points[0] as readonly [number, number]));
  await page.mouse.down();
  for (const point of points.slice(1)) await page.mouse.move(...place(point));
  await page.mouse.up();
}

/** The same with a finger. */
export async function drawByTouch(
  { page }: Playground,
  points: readonly (readonly [x: number, y: number])[],
): Promise<void> {
  const canvas = await page.waitForSelector('#drawing', { visible: true });
  await canvas?.scrollIntoView();
  const box = (await canvas?.boundingBox()) as { x: number; y: number; width: number; height: number };
  const [first, ...others] = points.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const);
  const finger = await page.touchscreen.touchStart(...(first as readonly [number, number]));
  for (const point of others) await finger.move(...point);
  await finger.end();
}

/** A ring. */
export const zero = Array.from({ length: 25 }, (_, i) => {
  const angle = (2 * Math.PI * i) / 24;
  return [0.5 + 0.25 * Math.sin(angle), 0.5 - 0.38 * Math.cos(angle)] as const;
});
