import type { Finding, InputFinding } from './finding.ts';
import type { Range } from './range.ts';

/** What a warning about findings of one kind and place says, and how bad it is among warnings of its kind. */
export function textOf(group: readonly [Finding, ...Finding[]]): { readonly text: string; readonly harm: number } {
  const [finding] = group;
  const worst = Math.max(...group.map((one) => ('ratio' in one ? one.ratio : 1)));
  const bits = `${number(Math.log2(worst))} bits`;
  const channels = group.flatMap((one) => ('channel' in one ? [one.channel] : []));
  switch (finding.kind) {
    case 'dead-channel':
      return {
        text: `all weights are 0 in ${channelsText(channels)}: it gives its bias, whatever the input`,
        harm: group.length,
      };
    case 'widened-channel':
      return {
        text: `the bias would overflow int32 in ${channelsText(channels)}: weights are ${number(worst)} times coarser, ${bits} less`,
        harm: worst === 1 ? group.length : Math.log2(worst),
      };
    case 'always-zero':
      return { text: 'it is 0 in every calibration image: its scale is a guess', harm: 0 };
    case 'narrow-range':
      return {
        text: `its values are so small that the least scale, 2^−24, costs ${bits}: larger inputs or weights would help`,
        harm: Math.log2(worst),
      };
  }
}

/** The same of what is odd about images. */
export function inputText(finding: InputFinding): { readonly text: string; readonly harm: number } {
  switch (finding.kind) {
    case 'few-images':
      return { text: fewImages(finding), harm: -finding.distinct };
    case 'constant-input':
      return {
        text: `its values hardly differ, ${rangeText(finding.range)}: check that the images are not blank, and that mean and std are applied once`,
        harm: 1,
      };
    case 'input-spread':
      return { text: inputSpread(finding), harm: Math.max(Math.abs(Math.log2(finding.ratio)), finding.shift) };
    case 'unlike-pixels':
      return {
        text: `the images are float values, ${rangeText(finding.range)}, to which mean and std are not applied; on pixels they would give ${rangeText(finding.expected)}: give pixels (u8), or apply mean and std to the float values`,
        harm: 1,
      };
    case 'small-units':
      return {
        text: 'mean and std are in units of pixels, 0 to 255: multiply those for values from 0 to 1 by 255',
        harm: 1,
      };
  }
}

function fewImages({ images, distinct }: Extract<InputFinding, { kind: 'few-images' }>): string {
  const alike = distinct === 1 ? ', all equal' : `, of which ${distinct} differ`;
  const seen = `${images === 1 ? '1 calibration image' : `${images} calibration images`}${distinct < images ? alike : ''}`;
  return `${seen}: ranges are guessed from few values; take a few hundred of the training images`;
}

function inputSpread({ layer, ratio, shift }: Extract<InputFinding, { kind: 'input-spread' }>): string {
  const spread = ratio >= 1 ? `${number(ratio)} times as widely spread` : `spread ${number(1 / ratio)} times less`;
  return (
    `the images differ from the training images: compared with its batch normalisation, the outputs of "${layer}" are ${spread}` +
    ` and shifted by ${number(shift)} standard deviations; check mean and std`
  );
}

export function channelsText(channels: readonly number[]): string {
  const listed = channels.slice(0, 8).join(', ');
  const more = channels.length > 8 ? ` and ${channels.length - 8} more` : '';
  return channels.length === 1 ? `channel ${listed}` : `${channels.length} channels (${listed}${more})`;
}

const rangeText = ({ min, max }: Range): string => `${number(min)} to ${number(max)}`;

/** Three figures, as a person reads them. */
export const number = (value: number): string => `${Number(value.toPrecision(3))}`;
