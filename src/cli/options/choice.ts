import { InvalidArgumentError, Option } from 'commander';
import { didYouMean } from './suggest.ts';

/** An option that takes one of a few words, and suggests one where it was mistyped. */
export const choice = (flags: string, description: string, words: readonly string[]): Option =>
  new Option(flags, description).choices(words).argParser((word: string) => {
    if (words.includes(word)) return word;
    throw new InvalidArgumentError(`Allowed choices are ${words.join(', ')}.${didYouMean(word, words)}`);
  });
