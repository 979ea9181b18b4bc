/** True for what begins as JSON does: a network.json. */
export const isJson = (bytes: Uint8Array): boolean => /^\s*[{[]/.test(new TextDecoder().decode(bytes.subarray(0, 64)));

/** True for what begins as a `.safetensors` does: eight bytes of length, of which the upper ones are 0, then a JSON object. */
export const isSafetensors = (bytes: Uint8Array): boolean =>
  bytes[5] === 0 && bytes[6] === 0 && bytes[7] === 0 && bytes[8] === 0x7b;
