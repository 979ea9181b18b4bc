import { bestClasses, valuesOfPixels } from 'liteblock';
import { unusable, wrongType } from './http-error.js';
import { decodeJpeg } from './jpeg.js';
import { decodePng } from './png.js';
import { resize } from './resize.js';

const decoders = { 'image/png': decodePng, 'image/jpeg': decodeJpeg };
const raw = 'application/octet-stream';

/** A content type that is taken, without parameters. Throws 415 for others. */
export function typeOf(header) {
  const type = (header ?? '').split(';')[0].trim().toLowerCase();
  if (type === raw || Object.hasOwn(decoders, type)) return type;
  const wanted = [...Object.keys(decoders), raw].join(', ');
  throw wrongType(`${type ? `content-type ${type}` : 'no content-type'}; taken are ${wanted}`);
}

/**
 * The five best classes of an image: `bytes` is a file of `type`, or raw values of the model's input, which are pixels
 * where the model knows what pixels mean, unless `quantized`. Throws HttpError.
 */
export async function classify(model, bytes, type, { quantized = false } = {}) {
  const values = type === raw ? rawValues(model, bytes, quantized) : imageValues(model, await decoders[type](bytes));
  model.reset(); // what one request leaves is not for another to see
  const [scores] = model.run(values);
  return { model: model.name, labels: named(bestClasses(model, scores)) };
}

function imageValues(model, image) {
  const [height, width, channels] = model.inputs[0].shape.slice(-3);
  return pixelValues(model, resize(image, { width, height, channels }));
}

const pixelValues = ({ inputs: [input], preprocessing }, pixels) => valuesOfPixels(pixels, input, preprocessing);

/** Bytes that are pixels where the model says what pixels mean, else the input's own values. */
function rawValues(model, bytes, quantized) {
  const [{ dtype, imageBytes, shape }] = model.inputs;
  if (bytes.length !== imageBytes) {
    throw unusable(`${bytes.length} bytes; the model's input has ${shape.slice(-3).join('×')} = ${imageBytes}`);
  }
  if (model.preprocessing && !quantized) return pixelValues(model, bytes);
  return dtype === 'i8' ? new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length) : bytes;
}

/** Classes without names are called by their numbers. An index that the model itself chose has no score. */
const named = (classes) => classes.map(({ index, label, score }) => ({ index, label: label ?? String(index), score }));
