import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { builds, runBatch } from '../support/engine.ts';
import { type Vector, vectorsOf } from '../support/op-vectors.ts';

/** Single-operator models with TFLite's bytes, from the repository's own data. */
describe.each(builds)('the %s engine gives the bytes of TFLite', (build) => {
  it.each(vectorsOf())('$name', ({ path, inputs, output }: Vector) => {
    const { bytes } = compile(importModel(readFileSync(path), path));
    const given = inputs.map((file) => readFileSync(file));
    expect(Buffer.compare(runBatch(build, bytes, given)[0] as Uint8Array, readFileSync(output))).toBe(0);
  });
});
