import { bestClasses, load, valuesOfPixels } from 'liteblock';
import module from './model.wasm';

const model = await load(module);
const [input] = model.inputs;
const size = input.shape.slice(-3);
const pixelBytes = size.reduce((product, side) => product * side, 1);

export default {
  /** Answers the raw pixels of an image, one byte each, with the best classes. */
  async fetch(request) {
    if (request.method !== 'POST') return new Response(`POST an image of ${size.join('×')} bytes\n`, { status: 405 });
    const pixels = new Uint8Array(await request.arrayBuffer());
    if (pixels.length !== pixelBytes) {
      return new Response(`${pixels.length} bytes; an image has ${size.join('×')} = ${pixelBytes}\n`, { status: 400 });
    }
    const [scores] = model.run(valuesOfPixels(pixels, input, model.preprocessing));
    return Response.json(bestClasses(model, scores));
  },
};
