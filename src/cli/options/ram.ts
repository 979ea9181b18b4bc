import type { Command } from 'commander';
import { parseBytes } from './bytes.ts';
import { choice } from './choice.ts';

/** How a model is planned. */
export interface RamOptions {
  readonly ram?: number;
  readonly optimize?: 'speed' | 'ram';
}

/** The options of commands that plan a model. */
export const withRam = (command: Command): Command =>
  command
    .option(
      '--ram <bytes>',
      'plan the model to fit in this RAM, e.g. 60000, 64KB or 2GB, or refuse it (1GB)',
      parseBytes,
    )
    .addOption(
      choice('--optimize <what>', 'speed: whole layers (default); ram: layers streamed by rows, the smallest RAM', [
        'speed',
        'ram',
      ]),
    );

/** The same as options of the library. */
export const planOptions = ({ ram, optimize }: RamOptions) => ({
  ...(ram !== undefined && { ramBytes: ram }),
  ...(optimize && { optimize }),
});
