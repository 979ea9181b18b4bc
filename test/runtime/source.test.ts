import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { fetchBytes } from '../../src/runtime/download.ts';
import { readSource } from '../../src/runtime/source.ts';

const page = '<!DOCTYPE html>\n<title>Not found</title>';
const model = Uint8Array.from([0x4c, 0x42, 0x4d, 0, 1, 2, 3, 4]);

let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/model.lbm') response.setHeader('content-length', model.length).end(model);
    else if (request.url === '/moved') response.writeHead(302, { location: '/index.html' }).end();
    else if (request.url === '/index.html') response.end(page);
    else response.writeHead(404, 'Not Found').end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => void server.close());

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

it('says that it got an HTML page, and from which address after redirections', async () => {
  await expect(readSource(new URL('/moved', origin))).rejects.toMatchObject({
    code: 'file-invalid',
    message: `${origin}/index.html: expected a .lbm, got an HTML page (it begins "<!DOCTYPE html> <title>N")`,
  });
});

it.each(['<!DO', '\ufeff \n<html lang="en">', '<?xml version="1.0"?>', '<!-- x -->'])(
  'takes %j for HTML',
  async (text) => {
    await expect(readSource(ascii(text))).rejects.toThrow(/got an HTML page/);
  },
);

it('reads bytes, buffers, answers and addresses', async () => {
  expect((await readSource(model)).bytes).toEqual(model);
  expect((await readSource(model.slice().buffer)).bytes).toEqual(model);
  expect((await readSource(new URL('/model.lbm', origin))).bytes).toEqual(model);
  expect((await readSource(await fetch(`${origin}/model.lbm`))).name).toBe(`${origin}/model.lbm`);
});

it('reads paths and file addresses with the reader that the host has', async () => {
  const here = new URL(import.meta.url);
  expect((await readSource(here, { readFile })).name).toBe(here.href);
  await expect(readSource('no/such.lbm', { readFile })).rejects.toMatchObject({ code: 'file-unreadable' });
  await expect(readSource('model.lbm')).rejects.toThrow('model.lbm: this host reads no files by path');
  await expect(readSource(`${origin}/model.lbm`, { readFile })).rejects.toThrow('give new URL(…) for an address');
});

it('names the address and the status of a refusal, and an address that does not answer', async () => {
  await expect(readSource(new URL('/none', origin))).rejects.toMatchObject({
    code: 'file-unreadable',
    message: `${origin}/none: the server answered 404 Not Found (is the address right?)`,
  });
  await expect(fetchBytes(new URL('http://127.0.0.1:1/m.lbm'))).rejects.toThrow(
    'http://127.0.0.1:1/m.lbm: it could not',
  );
});

it.each([
  [401, 'log in: fetch it yourself and pass the Response'],
  [403, 'log in: fetch it yourself and pass the Response'],
  [410, 'is the address right?'],
  [503, 'try again later'],
])('says what to do about a status of %i', async (status, advice) => {
  await expect(readSource(new Response('', { status }))).rejects.toMatchObject({
    code: 'file-unreadable',
    message: `response: the server answered ${status} (${advice})`,
  });
});

it('says why a page may not read an answer', async () => {
  await expect(readSource(Response.error())).rejects.toThrow('answered 0 (a page may not read it without CORS)');
});

describe('says why a fetch failed', () => {
  const failure = (cause: unknown) => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed', { cause })));
    return readSource(new URL('https://models.example/m.lbm')).catch(({ code, message }) => `${code}: ${message}`);
  };
  afterEach(() => vi.unstubAllGlobals());
  const begin = 'file-unreadable: https://models.example/m.lbm: it could not be fetched: fetch failed: ';

  it('when nobody listens at the port, as Node tells', async () => {
    await expect(readSource(new URL('http://127.0.0.1:1/m.lbm'))).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringMatching(/it could not be fetched: fetch failed: (bad port|connect ECONNREFUSED)/),
    });
    const { port } = server.address() as AddressInfo;
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const closed = (free.address() as AddressInfo).port;
    await new Promise((resolve) => free.close(resolve));
    expect(closed).not.toBe(port);
    await expect(readSource(new URL(`http://127.0.0.1:${closed}/m.lbm`))).rejects.toThrow(
      `fetch failed: connect ECONNREFUSED 127.0.0.1:${closed}`,
    );
  });

  it.each(['getaddrinfo ENOTFOUND models.example', 'self-signed certificate', 'certificate has expired'])(
    'for %s',
    async (why) => expect(await failure(new Error(why))).toBe(begin + why),
  );

  it('when every address of a host refuses', async () => {
    const errors = [new Error('connect ECONNREFUSED ::1:80'), new Error('connect ECONNREFUSED 127.0.0.1:80')];
    expect(await failure(new AggregateError(errors))).toBe(`${begin}connect ECONNREFUSED ::1:80`);
  });

  it('as far as a browser tells, and of an error that is its own cause', async () => {
    expect(await failure(undefined)).toMatch(/fetch failed \(is the server up, does it allow CORS\?\)$/);
    const circle = new Error('round');
    circle.cause = circle;
    expect(await failure(circle)).toBe(`${begin}round: round: round`);
  });
});

describe('an answer that somebody else reads', () => {
  const taken: [string, () => Promise<Response>, string][] = [
    [
      'was read already',
      async () => {
        const response = new Response(model);
        await response.arrayBuffer();
        return response;
      },
      'it was read before',
    ],
    [
      'is locked',
      async () => {
        const response = new Response(model);
        response.body?.getReader();
        return response;
      },
      'another reader has locked it',
    ],
  ];
  for (const [what, make, why] of taken) {
    for (const onProgress of [undefined, () => undefined]) {
      it(`which ${what}, is refused ${onProgress ? 'with' : 'without'} progress`, async () => {
        await expect(readSource(await make(), { onProgress })).rejects.toMatchObject({
          code: 'file-unreadable',
          message: `response: its body could not be read: ${why} (give a clone of the Response)`,
        });
      });
    }
  }
});

it('refuses a body of pieces that are not bytes', async () => {
  const body = new ReadableStream({ pull: (c) => c.enqueue('text') });
  await expect(readSource(new Response(body), { onProgress: () => undefined })).rejects.toMatchObject({
    code: 'file-unreadable',
    message: 'response: its body could not be read: a piece of it is not a Uint8Array',
  });
});

it('tells to compile a .tflite first, and refuses empty and unknown files', async () => {
  const tflite = Uint8Array.from([0x1c, 0, 0, 0, ...ascii('TFL3'), 0]);
  await expect(readSource(tflite)).rejects.toThrow('compile it first: liteblock compile model -o model.lbm');
  await expect(readSource(new Uint8Array(0))).rejects.toMatchObject({ code: 'file-truncated' });
  await expect(readSource(7 as unknown as string)).rejects.toThrow('load: expected a model');
});

describe('progress', () => {
  const reports = async (source: Response | URL): Promise<(number | undefined)[][]> => {
    const calls: (number | undefined)[][] = [];
    const { bytes } = await readSource(source, { onProgress: (...call) => void calls.push(call) });
    expect(bytes).toEqual(model);
    return calls;
  };

  it('begins with 0 bytes and ends with all, for an address and for an answer', async () => {
    for (const source of [new URL('/model.lbm', origin), await fetch(`${origin}/model.lbm`)]) {
      const calls = await reports(source);
      expect(calls[0]).toEqual([0, model.length]);
      expect(calls.at(-1)).toEqual([model.length, model.length]);
    }
  });

  it('is called after every piece', async () => {
    const pieces = [model.subarray(0, 3), model.subarray(3)];
    const body = new ReadableStream({ pull: (c) => void (pieces.length > 0 ? c.enqueue(pieces.shift()) : c.close()) });
    expect(await reports(new Response(body))).toEqual([
      [0, undefined],
      [3, undefined],
      [8, undefined],
    ]);
  });

  it('gives no total if the announced one is that of a compressed body', async () => {
    const gzipped = { 'content-length': '99', 'content-encoding': 'gzip' };
    expect((await reports(new Response(model, { headers: gzipped })))[0]).toEqual([0, undefined]);
    const hidden = { 'content-length': '5' }; // a server elsewhere may hide that it compresses
    expect((await reports(new Response(model, { headers: hidden }))).at(-1)).toEqual([8, undefined]);
  });

  it('ends the download where its listener throws', async () => {
    let cancelled = false;
    const body = new ReadableStream({
      pull: (c) => c.enqueue(model),
      cancel: () => {
        cancelled = true;
      },
    });
    const onProgress = () => {
      throw new Error('enough');
    };
    await expect(readSource(new Response(body), { onProgress })).rejects.toThrow('enough');
    expect(cancelled).toBe(true);
  });

  it('says that the body of an answer was read already, or broke off', async () => {
    const onProgress = () => undefined;
    const response = new Response(model);
    await response.arrayBuffer();
    await expect(readSource(response, { onProgress })).rejects.toThrow('response: its body could not be read');
    const broken = new ReadableStream({ pull: (c) => c.error(new Error('connection lost')) });
    await expect(readSource(new Response(broken), { onProgress })).rejects.toMatchObject({
      code: 'file-unreadable',
      message: 'response: its body could not be read: connection lost',
    });
  });
});
