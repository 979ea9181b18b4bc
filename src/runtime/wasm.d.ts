/** In a Worker an imported `.wasm` is a module, not yet instantiated. */
declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}
