import { LiteBlockError } from '../../format/errors.ts';
import { type ForeignFile, foreignFile } from '../../import/foreign-file.ts';

/**
 * Throws input where a file is plainly of another kind than `wanted` says. `fits` is true for bytes that may be such a file
 * all the same: then only kinds that are told by more than two or three bytes are refused.
 */
export function refuseForeign(bytes: Uint8Array, path: string, wanted: string, fits: boolean): void {
  const foreign = foreignFile(bytes);
  if (!foreign || (fits && !foreign.sure)) return;
  throw new LiteBlockError('input', `${path}: this is ${foreign.what}: ${nextOf(foreign)}${wanted}`);
}

/** What to do with a file that is only wrapped, or was not fetched: the same for every kind of file. */
const nextOf = ({ forModel, forWeights }: ForeignFile): string => (forModel === forWeights ? `${forModel}; ` : '');
