import { requantizeForms } from '../../src/format/instructions.ts';

/** Sizes of what weighted layers keep in the data section, by docs/format.md. */

/** Blocks of eight outputs. */
export const blocksOf = (outputs: number): number => Math.ceil(outputs / 8);

/** Bytes of a block of eight requantisation parameters: two int32, or three or two doubles a lane. */
export const blockBytes = (form: number | undefined): number =>
  8 * (form === requantizeForms.integer ? 2 * 4 : form === requantizeForms.real ? 3 * 8 : 2 * 8);
