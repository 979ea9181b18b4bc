import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../bundle/bundle.ts';
import { LiteBlockError } from '../format/errors.ts';
import { builtModule } from './engines.ts';
import { count, type Io } from './io.ts';
import { loadModel } from './load-model.ts';
import { table } from './table.ts';
import { pages } from './verify/browsers.ts';
import { node } from './verify/node.ts';
import type { Bundles, Outcome, Runtime } from './verify/runtime.ts';
import { wasi } from './verify/wasi.ts';
import { wasm2c } from './verify/wasm2c.ts';
import { wasm3 } from './verify/wasm3.ts';
import { workerd } from './verify/workerd.ts';

/** In the order of the table. */
export const runtimes: readonly Runtime[] = [...node, ...pages, workerd, ...wasi, wasm3, wasm2c];

/** Interpreters take a second for about this many multiply-accumulates. */
const mostForInterpreters = 20e6;

export interface VerifyOptions {
  /** Fails where a runtime is missing. */
  readonly all?: boolean;
  readonly json?: boolean;
}

interface Row extends Outcome {
  readonly runtime: string;
  readonly tier: string;
}

async function bundlesOf(model: Uint8Array, folder: string): Promise<Bundles> {
  const make = async (engine: string): Promise<string> => {
    const path = join(folder, `${engine}.bundle.wasm`);
    await writeFile(path, bundle(model, await builtModule(engine)));
    return path;
  };
  return {
    folder,
    library: { simd: await make('engine.simd'), scalar: await make('engine.scalar') },
    command: { simd: await make('liteblock'), scalar: await make('liteblock.scalar') },
  };
}

/** liteblock verify MODEL [--all] [--json]: the known answer on every runtime of this machine, one after another. */
export async function verifyCommand(path: string, { all, json }: VerifyOptions, io: Io): Promise<void> {
  const { bytes, file } = await loadModel(path);
  if (!file.digest) {
    throw new LiteBlockError('file-invalid', `${path}: it has no known answer to verify (compile it again)`);
  }
  const macs = file.metadata.stages.reduce((sum, stage) => sum + stage.macs, 0);
  const folder = await mkdtemp(join(tmpdir(), 'liteblock-verify-'));
  const rows: Row[] = [];
  try {
    const bundles = await bundlesOf(bytes, folder);
    for (const runtime of runtimes) {
      const outcome: Outcome =
        runtime.interpreter && macs > mostForInterpreters
          ? { result: 'too slow', what: `${count(macs)} MACs are many for an interpreter` }
          : await runtime.test(bundles);
      rows.push({ runtime: runtime.name, tier: runtime.tier, ...outcome });
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  const digest = file.digest.crc.toString(16).padStart(8, '0');
  if (json) io.out(`${JSON.stringify({ model: file.metadata.name, digest, runtimes: rows }, undefined, 2)}\n`);
  else print(rows, digest, io);
  const bad = rows.filter(({ result }) => result === 'wrong' || result === 'failed' || (all && result === 'missing'));
  if (bad.length > 0) {
    const names = bad.map(({ runtime, tier, result }) => `${runtime} ${tier} (${result})`).join(', ');
    throw new LiteBlockError('engine', `${path}: ${names}`);
  }
}

function print(rows: readonly Row[], digest: string, io: Io): void {
  const columns = [
    { title: 'runtime', align: 'left' },
    { title: 'tier', align: 'left' },
    { title: 'result', align: 'left' },
    { title: 'remark', align: 'left', shrinks: true },
  ] as const;
  const cells = rows.map(({ runtime, tier, result, what }) => [
    runtime,
    tier,
    result === 'ok' ? digest : result,
    what ?? '',
  ]);
  io.out(`${table(columns, cells, io.columns).join('\n')}\n`);
}
