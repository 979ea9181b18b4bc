/** Operators that a quantised network has, as its bytes have them: field 4 of a node, of so many letters. */
const words = ['QuantizeLinear', 'QLinearConv', 'QLinearMatMul', 'QGemm', 'QLinearAdd', 'QLinearMul'].map((word) =>
  Uint8Array.from([0x22, word.length, ...new TextEncoder().encode(word)]),
);

/** Whether an ONNX network was quantised: by the names of its operators, without reading it otherwise. */
export function isQuantizedOnnx(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0x22); at >= 0; at = bytes.indexOf(0x22, at + 1)) {
    if (bytes[at + 2] === 0x51 && words.some((word) => word.every((byte, i) => bytes[at + i] === byte))) return true;
  }
  return false;
}
