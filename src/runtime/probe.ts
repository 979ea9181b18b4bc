/** (func (result v128) (i8x16.popcnt (i8x16.splat (i32.const 0)))): valid only where there is SIMD128. */
const simdModule = [
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // magic, version
  ...[1, 5, 1, 0x60, 0, 1, 0x7b], // type 0: [] → v128
  ...[3, 2, 1, 0], // function 0 has type 0
  ...[10, 10, 1, 8, 0, 0x41, 0, 0xfd, 0x0f, 0xfd, 0x62, 0x0b], // its code
];

/** True where the host runs SIMD128. Compiles nothing, so it works where code generation is forbidden too. */
export const hasSimd = (): boolean => WebAssembly.validate(Uint8Array.from(simdModule));
