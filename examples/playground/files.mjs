// What is written where: the page is one folder that any static server can serve.
import { fileURLToPath } from 'node:url';

const root = (relative) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

export const folder = root('build/playground');
export const entryPoints = ['main', 'worker'].map((name) => root(`examples/playground/src/${name}.ts`));

/** Source → name in the folder. */
export const copies = [
  [root('examples/playground/index.html'), 'index.html'],
  [root('examples/playground/style.css'), 'style.css'],
  ...['simd', 'scalar', 'float'].map((name) => [root(`build/engine.${name}.wasm`), `engine.${name}.wasm`]),
  [root('test/data/litenet_mnist/litenet_mnist_int8.tflite'), 'examples/litenet_mnist_int8.tflite'],
  ...['litenet_digits_int8.tflite', 'litenet_digits.safetensors', 'calib_images_u8.bin'].map((name) => [
    root(`test/data/litenet_digits/${name}`),
    `examples/${name}`,
  ]),
  [root('examples/networks/litenet-digits.json'), 'examples/litenet-digits.json'],
];
