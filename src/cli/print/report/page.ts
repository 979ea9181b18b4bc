import type { ActivationReport, LayerReport } from '../../../quantize/layer-report.ts';
import type { Report } from '../../../quantize/report.ts';
import { real } from '../../io.ts';
import { decibelText, type Figures, percentText, rangeText, summaryOf } from '../quantize-report.ts';
import { channelChart, unevenLayers } from './channels.ts';
import { escaped } from './html.ts';
import { rangeChart, signalChart } from './rows.ts';
import { style } from './style.ts';

/** How many layers are shown channel by channel. */
const shown = 4;

/** A report as an HTML page that needs nothing else: no scripts, no requests. */
export function reportPage(name: string, report: Report, figures: Figures): string {
  const { layers } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(name)}: quantisation</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(name)}</h1>
<p class="soft">The int8 model, layer by layer</p>
${summary(report, figures)}
${warnings(report)}
<h2>Signal to noise</h2>
<p>Of each layer's output, with the noise of all layers before it. At 30 dB noise is 3 % of the signal, at 20 dB a tenth.</p>
<figure style="margin:0">${signalChart(layers)}</figure>
<h2>Ranges</h2>
<p>The range seen in calibration (narrow) inside the range of int8 (wide). Values beyond it are clamped.</p>
<figure style="margin:0">${rangeChart(layers)}</figure>
${channels(layers)}
<h2>All layers</h2>
${layerTable(report)}
</main>
</body>
</html>
`;
}

const summary = (report: Report, figures: Figures): string =>
  `<dl>${summaryOf(report, figures)
    .map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`)
    .join('')}</dl>`;

function warnings({ warnings: list }: Report): string {
  const items = list.map(({ name, place, text }) => `<li><b>${escaped(name || place)}</b>: ${escaped(text)}</li>`);
  const body = items.length > 0 ? `<ol class="warnings">${items.join('\n')}</ol>` : '<p>None.</p>';
  return `<h2>Warnings${list.length > 1 ? ', the worst first' : ''}</h2>\n${body}`;
}

function channels(layers: readonly LayerReport[]): string {
  const uneven = unevenLayers(layers, shown);
  if (uneven.length === 0) return '';
  const charts = uneven.map((layer) => {
    const { rangeRatio, snrDb, perTensorSnrDb } = layer.weights;
    const loss = `${decibelText(snrDb)} dB with a scale per channel, ${decibelText(perTensorSnrDb)} dB with one per tensor`;
    return `<h3>${escaped(layer.name)}</h3>
<figure style="margin:0">${channelChart(layer)}<figcaption>Widest to narrowest ${real(Number(rangeRatio.toPrecision(3)))} to 1; ${loss}.</figcaption></figure>`;
  });
  return `<h2>Channels of the most uneven layers</h2>
<p>The greatest weight of each channel, by powers of ten. Channels below the dashed line would be zeros if all had one scale.</p>
${charts.join('\n')}`;
}

const titles = [
  '#',
  'layer',
  'op',
  'range seen',
  'range held',
  'scale',
  'zero point',
  'cut off',
  'SNR dB',
  'weights dB',
  'blocks',
];
const texts = ['layer', 'op', 'blocks'];

function layerTable({ inputs, layers }: Report): string {
  const kind = (column: number): string => (texts.includes(titles[column]) ? ' class="text"' : '');
  const head = titles.map((title, i) => `<th scope="col"${kind(i)}>${title}</th>`).join('');
  const rows = [
    ...inputs.map((input) => [...cells('', input.name, 'input', input), '', '']),
    ...layers.map(layerCells),
  ].map((row) => {
    const columns = row.map((cell, i) =>
      i === 1 ? `<th scope="row" class="text">${escaped(cell)}</th>` : `<td${kind(i)}>${escaped(cell)}</td>`,
    );
    return `<tr>${columns.join('')}</tr>`;
  });
  return `<div class="wide" tabindex="0" role="region" aria-label="All layers"><table>
<caption>Outputs of the layers and of the input; weights where a layer has them.</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table></div>`;
}

const cells = (
  index: string,
  name: string,
  op: string,
  { range, held, scale, zeroPoint, clipped, snrDb }: ActivationReport,
) => [
  ...[index, name, op, rangeText(range), rangeText(held), real(scale), `${zeroPoint}`],
  ...[clipped > 0 ? percentText(clipped) : '', decibelText(snrDb)],
];

const layerCells = ({ node, name, op, output, weights, blocks }: LayerReport): string[] => [
  ...cells(`${node}`, name, op, output),
  weights ? decibelText(weights.snrDb) : '',
  blocks.map(({ path, type }) => `${path} ${type}`).join(' › '),
];
