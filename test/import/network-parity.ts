import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { importFile } from '../../src/compiler/import-file.ts';
import { floatEngine } from '../support/float.ts';
import { imagesOf, relativeError } from './pytorch/nchw.ts';

/** The networks of PyTorch in the shared data, and the height and width of their images. */
export const networks = [
  ['litenet', 48],
  ['mobilenet_v2_035', 96],
  ['shufflenet_v2_x0_5', 96],
  ['efficientnet_025', 96],
] as const;

/** A network, a file that holds it, and the height and width of its images. */
export type Form = readonly [name: string, file: string, size: number];

/** Against the largest value of PyTorch's outputs. */
const tolerance = 1e-4;

/** Declares what every float form of a network in `folder` is held to: eight images, PyTorch's outputs, no layout moved at run time. */
export function expectParity(folder: string, forms: readonly Form[]): void {
  const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${folder}${name}`));
  const reals = (name: string): Float32Array => new Float32Array(bytesOf(name).buffer);

  it.each(forms)('%s gives the outputs of PyTorch: %s', async (name, file, size) => {
    const graph = await importFile(bytesOf(file), file);
    const images = imagesOf(reals(`${name}.in.f32.bin`), [8, 3, size, size]);
    const theirs = reals(`${name}.out.f32.bin`);
    const run = (await floatEngine())(graph);
    const ours = images.flatMap((image) => [...run([image])[0]]);
    expect(ours.length).toBe(theirs.length);
    expect(relativeError(ours, theirs)).toBeLessThan(tolerance);
  });

  it.each(forms)('%s: a constant answer would not pass: %s', (name) => {
    const theirs = reals(`${name}.out.f32.bin`);
    const classes = theirs.length / 8;
    const mean = Array.from({ length: classes }, (_, k) =>
      Array.from({ length: 8 }, (_, i) => theirs[i * classes + k] / 8).reduce((sum, value) => sum + value, 0),
    );
    const constant = Array.from(theirs, (_, i) => mean[i % classes]);
    expect(relativeError(constant, theirs)).toBeGreaterThan(100 * tolerance);
  });

  it.each(forms)('%s has no transpose and no reshape of a map left: %s', async (_, file) => {
    const { nodes } = await importFile(bytesOf(file), file);
    expect(nodes.filter(({ op }) => op.type === 'Transpose' || op.type === 'Reshape')).toEqual([]);
  });
}
