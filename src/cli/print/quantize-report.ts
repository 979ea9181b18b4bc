import { type Agreement, agreementTexts } from '../../jobs/agreement.ts';
import type { LayerReport } from '../../quantize/layer-report.ts';
import type { Range } from '../../quantize/range.ts';
import type { Report } from '../../quantize/report.ts';
import { bold, count, dim, type Io, real, yellow } from '../io.ts';
import { printableLine } from './printable.ts';
import { type Column, table } from './table.ts';

/** What became of a model as a whole. */
export interface Figures {
  /** The `.lbm` that was written, and its bytes. */
  readonly output: string;
  readonly fileBytes: number;
  /** Of the float parameters, four each. */
  readonly floatBytes: number;
  readonly modelBytes: number;
  readonly ramBytes: number;
  readonly agreement: Agreement;
}

/** Tensors that are named on screen. */
const mostNames = 10;

const columns: readonly Column[] = [
  { title: '#', align: 'right' },
  { title: 'layer', align: 'left', shrinks: true },
  { title: 'op', align: 'left' },
  { title: 'range', align: 'right' },
  { title: 'scale', align: 'right' },
  { title: 'zero', align: 'right' },
  { title: 'SNR dB', align: 'right' },
  { title: 'weights dB', align: 'right' },
];

/** One decimal; what has no noise at all is exact. */
export const decibelText = (db: number): string => (Number.isFinite(db) ? db.toFixed(1) : db > 0 ? 'exact' : 'none');

/** −1.02 to 6. */
export const rangeText = ({ min, max }: Range): string => `${figure(min)} to ${figure(max)}`;

/** Three figures. */
const figure = (value: number): string => `${Number(value.toPrecision(3))}`;

const cells = ({ node, name, op, output, weights }: LayerReport): string[] => [
  `${node}`,
  name,
  op,
  rangeText(output.range),
  real(output.scale),
  `${output.zeroPoint}`,
  decibelText(output.snrDb),
  weights ? decibelText(weights.snrDb) : '',
];

const imagesText = (images: number): string => (images === 1 ? '1 image' : `${count(images)} images`);

/** Whole percent with one decimal. */
export const percentText = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The figures in words: the screen's lines, and the page's summary. */
export function summaryOf(report: Report, figures: Figures): readonly (readonly [name: string, value: string])[] {
  const { fileBytes, floatBytes, modelBytes, ramBytes, agreement } = figures;
  const { outputs, images } = agreement;
  return [
    ['calibration', `${report.method}, ${imagesText(report.calibrationImages)}`],
    ...agreementTexts(agreement),
    ...outputs.map(({ name, snrDb }): [string, string] => [
      outputs.length > 1 ? `output ${name}` : 'output',
      `${decibelText(snrDb)} dB signal to noise, over ${imagesText(images)}`,
    ]),
    ['weights', `${count(floatBytes)} bytes in float, ${count(modelBytes)} in int8, tables included`],
    ['file', `${count(fileBytes)} bytes`],
    ['RAM', `${count(ramBytes)} bytes`],
  ];
}

/** What became of a file that was quantised but for some tensors, which images gave scales. */
export function completedLines(calibrated: readonly string[], figures: Figures): string[] {
  const { output, fileBytes, ramBytes, agreement } = figures;
  const names = calibrated.slice(0, mostNames).map(printableLine).join(', ');
  const more = calibrated.length > mostNames ? `, and ${calibrated.length - mostNames} others` : '';
  return [
    `quantised in the file, whose numbers stay; of the images are the scales of ${count(calibrated.length)} tensors: ${names}${more}`,
    ...agreementTexts(agreement).map(([name, value]) => `${name}  ${value}`),
    `${output}  ${count(fileBytes)} bytes, ${count(ramBytes)} bytes of RAM`,
  ];
}

/** The report on screen: a table of layers, warnings with the worst first, figures. */
export function reportLines(report: Report, figures: Figures, io: Io): string[] {
  const [titles, ...rows] = table(columns, report.layers.map(cells), io.columns);
  const summary = summaryOf(report, figures);
  const width = Math.max(...summary.map(([name]) => name.length));
  const warnings = report.warnings.map(
    ({ place, text }) => `${yellow(io, 'warning:')} ${printableLine(place)}: ${text}`,
  );
  return [
    dim(io, titles),
    ...rows,
    '',
    ...warnings,
    ...(warnings.length > 0 ? [''] : []),
    bold(io, figures.output),
    ...summary.map(([name, value]) => `${printableLine(name.padEnd(width))}  ${value}`),
  ];
}
