import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { encode } from 'fast-png';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltWorker, buildWorker, compatibilityDate, serveWorker } from '../../scripts/worker.mjs';
import { classOf, digits, enlarged, greyJpeg, greyPng } from '../support/pictures.ts';

/** examples/worker, as wrangler builds it, on workerd. */

let built: BuiltWorker;
let worker: Miniflare;
/** What workerd and the worker print. */
const printed: string[] = [];

beforeAll(async () => {
  built = buildWorker('worker');
  worker = new Miniflare({
    name: 'worker',
    handleRuntimeStdio: (...streams: Readable[]) => {
      for (const stream of streams) stream.on('data', (text) => void printed.push(String(text)));
    },
    modules: built.modules,
    compatibilityDate,
    assets: { directory: built.assets, binding: 'ASSETS', routerConfig: { has_user_worker: true } },
  });
  await worker.ready;
});
afterAll(() => worker.dispose());

interface Answer {
  readonly status: number;
  readonly body: {
    readonly model?: string;
    readonly labels?: readonly { readonly index: number; readonly label: string; readonly score: number }[];
    readonly error?: string;
    readonly code?: string;
  };
}

async function post(
  path: string,
  type: string | undefined,
  body: Uint8Array<ArrayBuffer> | ReadableStream,
): Promise<Answer> {
  const response = await worker.dispatchFetch(`http://worker${path}`, {
    method: 'POST',
    ...(type && { headers: { 'content-type': type } }),
    body: body as Uint8Array,
    ...(body instanceof ReadableStream && { duplex: 'half' as const }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

const raw = 'application/octet-stream';
const all = Array.from({ length: digits.count }, (_, i) => i);
const references = all.map((i) => classOf(digits.reference(i)));

describe('an image', () => {
  it.each(['/', '/bundle', '/data', '/asset'])(
    'posted as pixels to %s has the scores of the reference',
    async (path) => {
      for (const i of all.slice(0, 40)) {
        const { body } = await post(path, raw, digits.pixels(i));
        const reference = digits.reference(i);
        const best = body.labels?.[0];
        expect(best?.index).toBe(references[i]);
        expect(best?.label).toBe(String(references[i]));
        expect(best?.score).toBeCloseTo((Math.max(...reference) - 6) * 0.06464880704879761, 6);
      }
    },
  );

  it('posted as quantised values has the class of the reference', async () => {
    const answers = await Promise.all(all.map((i) => post('/?raw', raw, digits.quantized(i))));
    expect(answers.map(({ body }) => body.labels?.[0]?.index)).toEqual(references);
  });

  it('posted as PNG has the class of the reference', async () => {
    const answers = await Promise.all(all.map((i) => post('/', 'image/png', greyPng(digits.pixels(i), 8, 8))));
    expect(answers.map(({ body }) => body.labels?.[0]?.index)).toEqual(references);
  });

  it.each([
    ['baseline', { baseline: true, progressive: false }],
    ['progressive', { progressive: true }],
    ['of one channel', { color_space: 1 }],
  ])('posted as %s JPEG of eight times its size has the class of the reference', async (_, options) => {
    const few = all.slice(0, 30);
    const images = await Promise.all(few.map((i) => greyJpeg(enlarged(digits.pixels(i), 8, 8), 64, 64, options)));
    const answers = await Promise.all(images.map((image) => post('/', 'image/jpeg', image)));
    expect(answers.map(({ body }) => body.labels?.[0]?.index)).toEqual(references.slice(0, 30));
  });

  it('gives the same scores in every form of PNG', async () => {
    const pixels = digits.pixels(3);
    const wide = Uint16Array.from(pixels, (value) => value * 257);
    const colour = Uint8Array.from({ length: 192 }, (_, i) => pixels[Math.floor(i / 3)] as number);
    const alpha = Uint8Array.from({ length: 256 }, (_, i) => (i % 4 === 3 ? 7 : pixels[i >> 2]) as number);
    const size = { width: 8, height: 8 };
    const forms = [
      encode({ ...size, data: pixels, channels: 1, depth: 8 }),
      encode({ ...size, data: pixels, channels: 1, depth: 8 }, { interlace: 'Adam7' }),
      encode({ ...size, data: wide, channels: 1, depth: 16 }),
      encode({ ...size, data: colour, channels: 3 }),
      encode({ ...size, data: alpha, channels: 4 }, { interlace: 'Adam7' }),
    ];
    const answers = await Promise.all(forms.map((form) => post('/', 'image/png', new Uint8Array(form))));
    const direct = await post('/', raw, pixels);
    expect(answers).toEqual(forms.map(() => direct));
  });
});

describe('what cannot be answered', () => {
  const png = greyPng(
    new Uint8Array(300 * 200).map((_, i) => (i * i) >> 5),
    300,
    200,
  );
  const withByte = (bytes: Uint8Array, at: number, value: number) => {
    const copy = new Uint8Array(bytes);
    copy[at] = value;
    return copy;
  };
  let jpeg: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    jpeg = await greyJpeg(
      new Uint8Array(300 * 200).map((_, i) => (i * i) >> 5),
      300,
      200,
    );
  });

  it('is a damaged body: 400', async () => {
    const refused = [
      await post('/', 'image/png', new Uint8Array(0)),
      await post('/', 'image/png', jpeg),
      await post('/', 'image/jpeg', png),
      await post('/', 'image/png', png.slice(0, png.length >> 1)),
      await post('/', 'image/png', withByte(png, png.length >> 1, 0x55)),
      await post('/', 'image/jpeg', jpeg.slice(0, jpeg.length >> 1)),
      await post('/', 'image/jpeg', jpeg.slice(0, 12)),
    ];
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(refused.map(() => [400, 'damaged']));
    expect((await post('/', 'image/jpeg', jpeg)).status).toBe(200);
  });

  it('is a PNG that holds more or less than its header says: 400', async () => {
    const bomb = encode({ width: 300, height: 200, channels: 1, depth: 8, data: new Uint8Array(60000) });
    for (const height of [100, 255]) {
      const { status, body } = await post('/', 'image/png', resigned(withByte(bomb, 23, height)));
      expect([status, body.error]).toEqual([400, expect.stringMatching(/more pixels|fewer pixels/)]);
    }
  });

  it('is an address or a method that is not there: 404, 405', async () => {
    expect((await post('/elsewhere', raw, digits.pixels(0))).status).toBe(404);
    const response = await worker.dispatchFetch('http://worker/');
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await response.json()).toEqual({ error: 'GET at /; POST an image', code: 'method' });
  });

  it('is too large: 413, by bytes told, bytes sent or pixels', async () => {
    const long = new Uint8Array(600 * 1024);
    const streamed = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 10; i++) controller.enqueue(new Uint8Array(64 * 1024));
        controller.close();
      },
    });
    const refused = [
      await post('/', raw, long),
      await post('/', raw, streamed),
      await post('/', 'image/png', greyPng(new Uint8Array(640 * 480), 640, 480)),
      await post('/', 'image/jpeg', await greyJpeg(new Uint8Array(640 * 480), 640, 480)),
    ];
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(refused.map(() => [413, 'too-large']));
  });

  it('is of a type that is not read: 415', async () => {
    const refused = [
      await post('/', 'image/gif', png),
      await post('/', undefined, png),
      await post('/', 'text/html', png),
      // Members that every JavaScript object has.
      await post('/', 'constructor', png),
      await post('/', '__proto__', png),
      await post('/', 'toString', png),
    ];
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(refused.map(() => [415, 'type']));
    expect(refused[0]?.body.error).toBe(
      'content-type image/gif; taken are image/png, image/jpeg, application/octet-stream',
    );
  });

  it('is a body whose client hangs up, which is not an internal error', async () => {
    const { hostname, port } = await worker.ready;
    for (const sent of [0, 10]) {
      const socket = connect(Number(port), hostname);
      await new Promise<void>((resolve) => socket.once('connect', resolve));
      const head = `POST / HTTP/1.1\r\nhost: worker\r\ncontent-type: image/png\r\ncontent-length: 1000\r\n\r\n`;
      await new Promise((resolve) => socket.write(head + 'x'.repeat(sent), resolve));
      await new Promise((resolve) => setTimeout(resolve, 200));
      socket.destroy();
    }
    // Requests after them are answered after them.
    for (let i = 0; i < 5; i++) expect((await post('/', raw, digits.pixels(0))).status).toBe(200);
    expect(printed.join('')).not.toMatch(/Error|error/);
  });

  it('is an image that cannot be used: 422', async () => {
    const refused = [
      await post('/', raw, new Uint8Array(63)),
      await post('/', raw, new Uint8Array(0)),
      await post('/', 'image/png', resigned(withByte(withByte(png, 22, 0), 23, 0))),
    ];
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(refused.map(() => [422, 'unusable']));
    expect(refused[0]?.body.error).toBe("63 bytes; the model's input has 8×8×1 = 64");
  });

  /** A PNG with the checksum of its header made right. */
  function resigned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    let crc = 0xffffffff;
    for (const byte of bytes.subarray(12, 29)) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    const copy = new Uint8Array(bytes);
    new DataView(copy.buffer).setUint32(29, ~crc >>> 0);
    return copy;
  }
});

it('answers 1,000 requests, 50 at a time, loses none and does not grow', async () => {
  const picture = greyPng(
    new Uint8Array(320 * 240).map((_, i) => (i * i) >> 6),
    320,
    240,
  );
  const alone = await serveWorker(built);
  try {
    const send = async (path: string, type: string, body: Uint8Array<ArrayBuffer>) => {
      const headers = { 'content-type': type };
      const response = await fetch(`${alone.url}${path}`, { method: 'POST', headers, body });
      return { status: response.status, body: (await response.json()) as Answer['body'] };
    };
    const expected: unknown[] = [];
    const got: unknown[] = [];
    const resident: number[] = [];
    for (let batch = 0; batch < 20; batch++) {
      const answers = Array.from({ length: 50 }, async (_, k) => {
        const path = ['/', '/data', '/asset'][k % 3] as string;
        if (k % 5 === 0) return (await send(path, 'image/png', picture)).status;
        if (k % 7 === 0) return (await send(path, 'image/jpeg', Uint8Array.of(...brokenJpeg))).status;
        const { body } = await send(path, raw, digits.pixels((batch * 50 + k) % digits.count));
        return body.labels?.[0]?.index;
      });
      const wanted = (k: number) => references[(batch * 50 + k) % digits.count];
      expected.push(...answers.map((_, k) => (k % 5 === 0 ? 200 : k % 7 === 0 ? 400 : wanted(k))));
      got.push(...(await Promise.all(answers)));
      const status = readFileSync(`/proc/${alone.pid}/status`, 'utf8');
      resident.push(Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024));
    }
    console.log(`workerd, resident MiB after each 50 requests: ${resident.join(' ')}`);
    expect(got).toHaveLength(1000);
    expect(got).toEqual(expected);
    // The second half decodes 100 images of 300 KB (30 MB) and starts 70 decoders of 16 MB over: none of it is kept.
    expect(Math.max(...resident.slice(10))).toBeLessThanOrEqual(Math.max(...resident.slice(0, 10)) + 16);
  } finally {
    alone.stop();
  }
});

/** A frame of 100×100 pixels without anything to decode: mozjpeg gives up, and its instance with it. */
const brokenJpeg = [0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0, 100, 0, 100, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];

it('is below 3 MB gzipped, which the free plan allows', () => {
  console.log(`wrangler deploy --dry-run: ${built.kib} KiB, gzip ${built.gzipKib} KiB`);
  expect(built.gzipKib).toBeGreaterThan(0);
  expect(built.gzipKib).toBeLessThan(3 * 1024);
});
