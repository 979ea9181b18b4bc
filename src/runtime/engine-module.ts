/** What `import engine from 'liteblock/engine.simd.wasm'` gives where such an import is a module, as in Workers: its types. */
declare const engine: WebAssembly.Module;
export default engine;
