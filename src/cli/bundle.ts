import { bundle } from '../bundle/bundle.ts';
import { writeWhole } from './compile.ts';
import { builtModule } from './engines.ts';
import { count, type Io } from './io.ts';
import { loadModel } from './load-model.ts';

export interface BundleOptions {
  readonly output: string;
  readonly tier?: 'simd' | 'scalar';
  readonly command?: boolean;
}

/** liteblock bundle MODEL -o OUT.wasm [--tier simd|scalar] [--command] */
export async function bundleCommand(
  path: string,
  { output, tier = 'simd', command }: BundleOptions,
  io: Io,
): Promise<void> {
  const { bytes, header } = await loadModel(path);
  const engine = command ? (tier === 'simd' ? 'liteblock' : 'liteblock.scalar') : `engine.${tier}`;
  const bundled = bundle(bytes, await builtModule(engine), path);
  await writeWhole(output, bundled);
  io.out(`${output}  ${count(bundled.length)} bytes, memory ${count(header.memoryBytes)} bytes\n`);
}
