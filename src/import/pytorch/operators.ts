import type { AtenEntry } from './aten-node.ts';
import { constants } from './operators/constants.ts';
import { functions } from './operators/functions.ts';
import { layers } from './operators/layers.ts';
import { quantized } from './operators/quantized.ts';
import { shapes } from './operators/shapes.ts';

/** Every operator of exported programs that is imported, by its name without overload and underscore at its end. */
export const operators: ReadonlyMap<string, AtenEntry> = new Map(
  Object.entries({ ...layers, ...functions, ...shapes, ...constants, ...quantized }),
);

/** `aten.relu_.default` as `aten.relu`, which says what it computes, and whether it writes to what it reads. */
export function operatorName(target: string): { readonly name: string; readonly inPlace: boolean } {
  const [space = '', word = ''] = target.split('.');
  const inPlace = word.length > 1 && word.endsWith('_') && !word.startsWith('__');
  return { name: `${space}.${inPlace ? word.slice(0, -1) : word}`, inPlace };
}
