/**
 * Whether bytes are those of an ONNX model: a protobuf message that begins with ir_version (field 1), a small number, and goes on
 * with another field of ModelProto (2 to 8), as every exporter writes them.
 */
export function isOnnx(bytes: Uint8Array): boolean {
  if (bytes.length < 3) return false;
  const field = bytes[2] >> 3;
  return bytes[0] === 0x08 && bytes[1] >= 3 && bytes[1] < 32 && field >= 2 && field <= 8;
}
