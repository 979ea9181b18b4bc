import type { Activation as Clamp } from '../../../graph/attributes.ts';
import { add } from '../../../ops/add.ts';
import { relu } from '../../../ops/relu.ts';
import { sub } from '../../../ops/sub.ts';
import { mapped } from '../constants.ts';
import type { Frame } from '../frame.ts';
import { scalar, type Value } from '../value.ts';
import { elementwise } from './maps.ts';
import { pairwise } from './pairwise.ts';

/** A clamp to [least, most], either of which may be infinite. */
export function clamped(frame: Frame, x: Value, least: number, most: number): Value {
  if (x.kind === 'constant') return mapped(x, (value) => Math.min(Math.max(value, least), most));
  if (least === -Infinity && most === Infinity) return x;
  const activation = clampOf(least, most);
  if (activation) return elementwise(frame, relu, { activation }, x);
  // a + relu(x − a) is x from a on, b − relu(b − x) is x up to b.
  const cut = (value: Value): Value => elementwise(frame, relu, { activation: 'relu' }, value);
  const from =
    least === -Infinity ? x : pairwise(frame, add, cut(pairwise(frame, sub, x, scalar(least))), scalar(least));
  return most === Infinity ? from : pairwise(frame, sub, scalar(most), cut(pairwise(frame, sub, scalar(most), from)));
}

function clampOf(least: number, most: number): Clamp | undefined {
  if (least === 0) return most === Infinity ? 'relu' : most === 6 ? 'relu6' : undefined;
  return least === -1 && most === 1 ? 'reluN1To1' : undefined;
}
