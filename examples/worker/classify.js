import { realOfPixels } from 'liteblock';
import { unusable, wrongType } from './http-error.js';
import { decodeJpeg } from './jpeg.js';
import { decodePng } from './png.js';
import { resize } from './resize.js';

const decoders = { 'image/png': decodePng, 'image/jpeg': decodeJpeg };
const raw = 'application/octet-stream';

/** A content type that is taken, without parameters. Throws 415 for others. */
export function typeOf(header) {
  const type = (header ?? '').split(';')[0].trim().toLowerCase();
  if (type === raw || type in decoders) return type;
  const wanted = [...Object.keys(decoders), raw].join(', ');
  throw wrongType(`${type ? `content-type ${type}` : 'no content-type'}; taken are ${wanted}`);
}

/**
 * The five best classes of an image: `bytes` is a file of `type`, or raw values of the model's input, which are pixels
 * where the model knows what pixels mean, unless `quantized`. Throws HttpError.
 */
export async function classify(model, bytes, type, { quantized = false } = {}) {
  const input = model.inputs[0];
  const [height, width, channels] = input.shape.slice(-3);
  let pixels = bytes;
  if (type !== raw) pixels = resize(await decoders[type](bytes), { width, height, channels });
  else if (bytes.length !== height * width * channels) {
    const wanted = `${height}×${width}×${channels} = ${height * width * channels}`;
    throw unusable(`${bytes.length} bytes; the model's input has ${wanted}`);
  }
  const [scores] = model.run(valuesOf(model, pixels, quantized && type === raw));
  return { model: model.name, labels: best(model, scores) };
}

/** Bytes as what the model's input takes. */
function valuesOf({ inputs: [input], preprocessing }, bytes, quantized) {
  if (preprocessing && !quantized) return realOfPixels(bytes, preprocessing);
  if (input.dtype === 'i8') return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  return bytes;
}

function best({ outputs: [output], labels }, scores) {
  const real = (q) => (output.dtype === 'f32' ? q : (q - output.zeroPoint) * output.scale);
  return Array.from(scores, (score, index) => ({ index, score }))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, 5)
    .map(({ index, score }) => ({ index, label: labels[index] ?? String(index), score: real(score) }));
}
