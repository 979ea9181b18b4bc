import type { ErrorCode, Problem } from '../format/errors.ts';
import type { Values } from '../format/values.ts';
import type { LoadOptions } from './load.ts';
import type { Model } from './model.ts';
import type { Profile, ProfileOptions } from './profile.ts';
import type { RunOptions } from './run-options.ts';

/** What a page sends to the worker that has its model. Answers carry the same id; they come in the order of requests. */
export type Request =
  | { readonly id: number; readonly kind: 'load'; readonly load: LoadRequest }
  | { readonly id: number; readonly kind: 'run'; readonly inputs: readonly Values[]; readonly options: RunOptions }
  | { readonly id: number; readonly kind: 'reset' }
  | {
      readonly id: number;
      readonly kind: 'profile';
      readonly inputs: readonly Values[];
      readonly options: WorkerProfileOptions;
      /** Whether somebody wants to be told how far it is. */
      readonly progress: boolean;
    };

export interface LoadRequest {
  readonly source: Uint8Array | WebAssembly.Module;
  /** What messages call bytes that were downloaded. */
  readonly name: string | undefined;
  readonly options: WorkerLoadOptions;
  /** A lock that the worker holds for as long as it lives. */
  readonly lock: string;
}

/** Functions do not travel. */
export type WorkerProfileOptions = Omit<ProfileOptions, 'onProgress'>;

export type WorkerLoadOptions = Omit<LoadOptions, 'onProgress'>;

/** A `Model` without what it does. */
export type Facts = Omit<Model, 'run' | 'reset' | 'profile' | 'dispose' | typeof Symbol.dispose>;

export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly problems: readonly Problem[];
}

export type Answer =
  /** The first: it has begun to load, and holds the lock where the host has locks. */
  | { readonly started: true; readonly holdsLock: boolean }
  | { readonly id: number; readonly progress: number }
  | { readonly id: number; readonly value: Facts | Profile | readonly Values[] | undefined }
  | { readonly id: number; readonly failure: Failure };
