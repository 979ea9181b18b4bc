import type { LayerReport } from '../../../quantize/layer-report.ts';
import type { Range } from '../../../quantize/range.ts';
import { decibelText, rangeText } from '../quantize-report.ts';
import { shorten } from '../table.ts';
import { at, drawing, escaped, width } from './html.ts';

/** Charts with a line for each layer: its name on the left, its figure on the right. */
const rowHeight = 22;
const top = 26;
const left = 260;
const right = width - 130;

const axisY = (rows: number): number => top + rows * rowHeight + 4;
const middle = (row: number): number => top + (row + 0.5) * rowHeight;

const rowText = (name: string, figure: string, row: number): string =>
  `<text class="name" x="${left - 12}" y="${at(middle(row) + 4)}">${escaped(shorten(name, 36))}</text>` +
  `<text class="figure" x="${right + 12}" y="${at(middle(row) + 4)}">${escaped(figure)}</text>`;

/** Lines with numbers at round values from `from` to `to`. */
function axis(from: number, to: number, rows: number, x: (value: number) => number, unit: string): string {
  const step = niceStep((to - from) / 6);
  const lines: string[] = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to + step / 1e6; tick += step) {
    const [place, text] = [at(x(tick)), `${Number(tick.toPrecision(6))}`];
    lines.push(
      `<line class="${text === '0' ? 'zero' : 'grid'}" x1="${place}" x2="${place}" y1="${top - 4}" y2="${at(axisY(rows))}"/>` +
        `<text class="tick" x="${place}" y="${top - 10}">${text}</text>`,
    );
  }
  return `${lines.join('')}<text class="figure" x="${right + 12}" y="${top - 10}">${unit}</text>`;
}

/** 1, 2 or 5 times a power of ten, at least `step`. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step || 1));
  return power * ([1, 2, 5].find((times) => times * power >= step) ?? 10);
}

/** From 30 dB on noise is below 3 % of the signal; below 20 dB it is a tenth and more. */
const grade = (db: number): string => (db >= 30 ? 'good' : db >= 20 ? 'fair' : 'poor');

/** Signal to noise of every layer's output. */
export function signalChart(layers: readonly LayerReport[]): string {
  const finite = layers.map(({ output }) => output.snrDb).filter(Number.isFinite);
  const most = Math.max(40, ...finite);
  const x = (db: number): number => left + (Math.min(Math.max(db, 0), most) / most) * (right - left);
  const bars = layers.map(({ name, output: { snrDb } }, row) => {
    const length = at((Number.isNaN(snrDb) ? left : x(snrDb)) - left);
    const y = at(middle(row) - 7);
    return `<rect class="${grade(snrDb)}" x="${left}" y="${y}" width="${length}" height="14" rx="2"/>${rowText(name, decibelText(snrDb), row)}`;
  });
  const worst = layers.reduce((a, b) => (b.output.snrDb < a.output.snrDb ? b : a));
  const description = `${layers.length} layers; the lowest is ${worst.name} with ${decibelText(worst.output.snrDb)} dB. The table below has all figures.`;
  const body = axis(0, most, layers.length, x, 'dB') + bars.join('\n');
  return drawing('signal', 'Signal to noise of each layer in dB', description, axisY(layers.length) + 8, body);
}

/** What calibration saw of every layer's output, and what int8 holds of it. */
export function rangeChart(layers: readonly LayerReport[]): string {
  const ranges = layers.flatMap(({ output }): Range[] => [output.range, output.held]);
  const from = Math.min(0, ...ranges.map(({ min }) => min));
  const to = Math.max(0, ...ranges.map(({ max }) => max));
  const span = to - from || 1;
  const x = (value: number): number => left + ((value - from) / span) * (right - left);
  const bars = layers.map(({ name, output: { range, held } }, row) => {
    const box = (kind: string, { min, max }: Range, height: number): string =>
      `<rect class="${kind}" x="${at(x(min))}" y="${at(middle(row) - height / 2)}" width="${at(Math.max(x(max) - x(min), 1))}" height="${height}" rx="2"/>`;
    return box('held', held, 14) + box('seen', range, 5) + rowText(name, rangeText(range), row);
  });
  const body = axis(from, to, layers.length, x, 'seen') + bars.join('\n');
  const description =
    'For each layer the range seen in calibration, inside the range of int8. The table has the figures.';
  return drawing('ranges', 'Ranges of each layer', description, axisY(layers.length) + 8, body);
}
