import { cached, compileEngine, type EngineProvider } from './engine.ts';
import { engineBytes } from './engine-inline.ts';

/** The engines of a page: scripts, as bundlers need no set-up for these. The scalar one is loaded only if it is needed. */
export const browserEngine: EngineProvider = cached(async (tier) => {
  if (tier === 'simd') return compileEngine(engineBytes(), 'engine.simd.wasm');
  const scalar = await import('./engine-scalar-inline.ts');
  return compileEngine(scalar.engineBytes(), 'engine.scalar.wasm');
});
