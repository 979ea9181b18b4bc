// node bench/worker.mjs: CPU of whole requests to examples/worker on workerd alone, by what the kernel counts for the process:
// all threads, HTTP included. Small and large images for the digits network and MobileNetV1-0.25; start-up of an isolate.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import encodeJpeg, { init } from '@jsquash/jpeg/encode.js';
import { encode as encodePng } from 'fast-png';
import { buildWorker, serveWorker } from '../scripts/worker.mjs';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const requests = Number(process.env.REQUESTS ?? 300);

/** Nanoseconds that the threads of a process have run. */
const cpuOf = (pid) =>
  readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
    try {
      return sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      return sum; // it has ended meanwhile
    }
  }, 0);

/** MobileNetV1-0.25 of 96×96: visual wake words where it is there, else seeded weights. */
function mobilenet() {
  const shared = path('../shared/data/tflite/vww_96_int8/vww_96_int8.tflite');
  if (existsSync(shared)) return { name: 'MobileNetV1-0.25-96 (vww)', model: shared };
  mkdirSync(path('build/workers'), { recursive: true });
  const [json, images, model] = ['network.json', 'images.bin', 'mobilenet.lbm'].map((name) =>
    path(`build/workers/${name}`),
  );
  const network = JSON.parse(readFileSync(path('examples/networks/mobilenet-v1.json'), 'utf8'));
  writeFileSync(
    json,
    JSON.stringify({ ...network, $schema: undefined, input: { channels: 3, height: 96, width: 96 } }),
  );
  writeFileSync(images, noise(8 * 96 * 96 * 3));
  const command = ['quantize', json, '--seed', '1', '--data', images, '--mean', '127.5', '--std', '127.5', '-o', model];
  execFileSync(process.execPath, [path('dist/cli/main.js'), ...command], { stdio: 'ignore' });
  return { name: 'MobileNetV1-0.25-96 (seeded weights)', model };
}

function noise(length) {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** A picture as cameras make them in that it compresses about as well: gradients, edges and some noise. RGBA. */
function picture(width, height) {
  const random = noise(width * height * 3);
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const edge = (x >> 5) + (y >> 5) + ((x * y) >> 10);
      for (let c = 0; c < 3; c++) {
        const at = y * width + x;
        data[at * 4 + c] = 40 + ((edge * (37 + c * 20)) & 127) + ((x + y) >> 3) + (random[at * 3 + c] >> 4);
      }
    }
  }
  return { data, width, height };
}

function pngOf({ data, width, height }) {
  const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => data[Math.floor(i / 3) * 4 + (i % 3)]);
  return encodePng({ data: rgb, width, height, channels: 3, depth: 8 });
}

async function measure(name, served, type, body) {
  const send = async () => {
    const before = cpuOf(served.pid);
    const response = await fetch(served.url, { method: 'POST', headers: { 'content-type': type }, body });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`${name}: status ${response.status}`);
    return (cpuOf(served.pid) - before) / 1e6;
  };
  const first = await send();
  for (let i = 0; i < 50; i++) await send();
  const times = [];
  const before = cpuOf(served.pid);
  for (let i = 0; i < requests; i++) times.push(await send());
  const mean = (cpuOf(served.pid) - before) / 1e6 / requests;
  times.sort((a, b) => a - b);
  const ms = (value) => `${value.toFixed(2)} ms`;
  console.log(
    `  ${name.padEnd(36)} CPU minimum ${ms(times[0])}, median ${ms(times[requests >> 1])}, mean ${ms(mean)}; the first after start ${ms(first)}`,
  );
}

await init(new WebAssembly.Module(readFileSync(path('node_modules/@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm'))));
const large = picture(320, 240);
const jpeg = new Uint8Array(await encodeJpeg(large, { quality: 85, baseline: true, progressive: false }));
const png = pngOf(large);
const version = JSON.parse(readFileSync(path('node_modules/workerd/package.json'), 'utf8')).version;
console.log(`${cpus()[0]?.model}, workerd ${version}, ${requests} requests one by one after 50`);

const digits = path('test/data/litenet_digits/litenet_digits_int8.tflite');
for (const { name, model } of [{ name: 'LiteNet digits 8×8', model: digits }, mobilenet()]) {
  const built = buildWorker('bench', { model });
  console.log(`${name}: upload ${built.kib} KiB, gzip ${built.gzipKib} KiB`);
  const bytes = readFileSync(`${built.assets}/model.lbm`);
  const cases = [
    ['raw pixels', 'application/octet-stream', rawFor(name)],
    [`JPEG 320×240, ${jpeg.length} bytes`, 'image/jpeg', jpeg],
    [`PNG 320×240 RGB, ${png.length} bytes`, 'image/png', png],
  ];
  for (const [label, type, body] of cases) {
    const served = await serveWorker(built);
    await measure(label, served, type, body);
    served.stop();
  }
  await startUp(built, bytes.length);
}

function rawFor(name) {
  return name.startsWith('LiteNet') ? new Uint8Array(64) : new Uint8Array(96 * 96 * 3);
}

/** From the start of workerd to its first answer, with this Worker and with one that does nothing. */
async function startUp(built, bytes) {
  const nothing = "export default { fetch() { return new Response('') } }";
  const empty = { ...built, modules: [{ type: 'ESModule', path: 'empty.js', contents: nothing }] };
  writeFileSync(`${built.folder}/dist/empty.js`, nothing);
  const best = { wall: [Infinity, Infinity], cpu: [Infinity, Infinity] };
  for (let i = 0; i < 10; i++) {
    for (const [k, which] of [built, empty].entries()) {
      const start = performance.now();
      const served = await serveWorker(which);
      await (await fetch(`${served.url}/none`)).arrayBuffer();
      best.wall[k] = Math.min(best.wall[k], performance.now() - start);
      best.cpu[k] = Math.min(best.cpu[k], cpuOf(served.pid) / 1e6);
      served.stop();
    }
  }
  const [wall, cpu] = [best.wall[0] - best.wall[1], best.cpu[0] - best.cpu[1]].map((ms) => ms.toFixed(0));
  console.log(
    `  start-up more than that of an empty Worker, minimum of 10: ${wall} ms, CPU ${cpu} ms (.lbm ${bytes} bytes)`,
  );
}
