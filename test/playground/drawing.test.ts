import { expect, it } from 'vitest';
import { hands, smooth } from './drawn-digits.ts';
import { describeEverywhere, type Page } from './everywhere.ts';

const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Draws ten digits, one after the other, and returns how they are named. */
async function named(page: Page, drawings: (typeof hands)[number]['digits']): Promise<number[]> {
  const names: number[] = [];
  for (const strokes of drawings) {
    await page.driver.click('#clear');
    const paths = strokes.map((stroke) => smooth(stroke).map(([x, y]) => [x / 100, y / 100] as const));
    await page.driver.draw('#drawing', paths);
    await page.settled(); // each stroke runs the model
    names.push(Number(/^class (\d)[, ]/.exec(await page.text('#answer'))?.[1]));
  }
  return names;
}

describeEverywhere('drawing', (open, browser) => {
  // One hand shows that a browser's events give the same strokes; what they become is the same code everywhere.
  it.each(browser === 'Chromium' ? hands : hands.slice(0, 1))(
    'names digits drawn $hand',
    async ({ digits: drawings }) => {
      const page = await open();
      await page.driver.click('#example-mnist');
      await page.said('#status', /^litenet_mnist_int8: compiled/);
      const names = await named(page, drawings);
      expect(digits.filter((digit) => names[digit] === digit).length, `named ${names}`).toBeGreaterThanOrEqual(9);
    },
  );
});
