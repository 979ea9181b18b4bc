import type { Command } from 'commander';
import type { ImageShape } from '../../import/npy/images.ts';
import type { ImageLayout } from '../../jobs/layout.ts';
import { type Io, shapeText, warn } from '../io.ts';
import { choice } from './choice.ts';

export interface LayoutOptions {
  readonly layout?: ImageLayout;
}

/** Adds --layout. */
export const withLayout = (command: Command): Command =>
  command.addOption(
    choice('--layout <layout>', 'layout of the input: nchw (channels first) or nhwc (as the model says)', [
      'nhwc',
      'nchw',
    ]),
  );

/** The layout that is given, or else the one that the model tells, which is said where it is not the usual one. */
export function toldLayout(given: ImageLayout | undefined, told: ImageLayout, shape: ImageShape, io: Io): ImageLayout {
  if (given === undefined && told === 'nchw') {
    warn(io, `the input ${shapeText(shape)} takes channels first: pictures are transposed (not with --layout nhwc)`);
  }
  return given ?? told;
}
