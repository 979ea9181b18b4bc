/** 256 words, made once, in the first KB of memory, which the compiler leaves free (test/runtime/modules.test.ts). */
const TABLE: usize = 0;

/** CRC-32 (IEEE 802.3, reflected) of [from, to). */
export function crc32(from: usize, to: usize): u32 {
  return crc32Of(from, to, 0);
}

/** The CRC-32 of what `before` is the CRC-32 of and then [from, to). */
export function crc32Of(from: usize, to: usize, before: u32): u32 {
  if (load<u32>(TABLE, 4) == 0) {
    for (let n: u32 = 0; n < 256; n++) {
      let c = n;
      for (let k = 0; k < 8; k++) c = (c & 1) != 0 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
      store<u32>(TABLE + (n << 2), c);
    }
  }
  let crc = ~before;
  for (let p = from; p < to; p++) crc = load<u32>(TABLE + ((<usize>((crc ^ load<u8>(p)) & 255)) << 2)) ^ (crc >>> 8);
  return ~crc;
}
