import type { LayerReport } from '../../../quantize/layer-report.ts';
import type { WeightsReport } from '../../../quantize/weights-report.ts';
import { real } from '../../io.ts';
import { at, drawing, width } from './html.ts';

const height = 150;
const [left, right, top, bottom] = [70, width - 20, 12, 122];

/** Layers whose channels differ most in range: at most `count`, the widest ratio first. */
export function unevenLayers(
  layers: readonly LayerReport[],
  count: number,
): (LayerReport & { weights: WeightsReport })[] {
  return layers
    .filter((layer): layer is LayerReport & { weights: WeightsReport } => (layer.weights?.channels ?? 0) > 1)
    .sort((a, b) => b.weights.rangeRatio - a.weights.rangeRatio)
    .slice(0, count);
}

/**
 * Greatest |weight| of each channel, by powers of ten. Below the line, which is half a step of the one scale that all would
 * share, a channel would be zeros.
 */
export function channelChart({ node, name, weights }: LayerReport & { weights: WeightsReport }): string {
  const { channelRanges: ends } = weights;
  const live = ends.filter((end) => end > 0);
  const most = Math.max(...live, Number.MIN_VALUE);
  const lost = most / 254;
  const [low, high] = [Math.log10(Math.min(lost, ...live)) - 0.15, Math.log10(most)];
  const y = (value: number): number => bottom - ((Math.log10(value) - low) / (high - low || 1)) * (bottom - top);
  const step = (right - left) / ends.length;
  const bars = ends.map((end, channel) => {
    if (end === 0) return '';
    const [x, bar] = [left + channel * step, Math.max(step * 0.8, 0.6)];
    return `<rect class="${end < lost ? 'poor' : 'bar'}" x="${at(x)}" y="${at(y(end))}" width="${at(bar)}" height="${at(bottom - y(end))}"><title>channel ${channel}: ${real(end)}</title></rect>`;
  });
  const ticks: string[] = [];
  for (let power = Math.ceil(low); power <= high; power++) {
    const place = at(y(10 ** power));
    ticks.push(
      `<line class="grid" x1="${left}" x2="${right}" y1="${place}" y2="${place}"/>` +
        `<text class="name" x="${left - 8}" y="${at(y(10 ** power) + 4)}">${real(10 ** power)}</text>`,
    );
  }
  const line = `<line class="limit" x1="${left}" x2="${right}" y1="${at(y(lost))}" y2="${at(y(lost))}"/>`;
  const ends2 = `<text class="tick" x="${left + step / 2}" y="${bottom + 18}">0</text><text class="tick" x="${at(right - step / 2)}" y="${bottom + 18}">${ends.length - 1}</text>`;
  const title = `Range of the weights of each channel of ${name}`;
  const description = `${ends.length} channels; the widest is ${real(weights.rangeRatio)} times the narrowest.`;
  return drawing(`channels-${node}`, title, description, height, ticks.join('') + bars.join('') + line + ends2);
}
