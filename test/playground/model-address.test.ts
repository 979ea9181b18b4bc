import { afterEach, describe, expect, it, vi } from 'vitest';
import { fetchModel, modelAddresses } from '../../examples/playground/src/model-address.ts';

const page = 'https://example.org/play/';
const addresses = (search: string): string[] => modelAddresses(page + search).map(({ href }) => href);
const never = new AbortController().signal;
const nothing = (): void => undefined;

afterEach(() => vi.unstubAllGlobals());

describe('addresses of models in a page’s address', () => {
  it('are relative to the page, or whole', () => {
    expect(addresses('?model=a.lbm')).toEqual(['https://example.org/play/a.lbm']);
    expect(addresses('?model=/b.lbm&x=1')).toEqual(['https://example.org/b.lbm']);
    expect(addresses(`?model=${encodeURIComponent('http://other.org/c.tflite?v=1&w')}`)).toEqual([
      'http://other.org/c.tflite?v=1&w',
    ]);
    expect(addresses('?model=n.json&model=n.safetensors')).toHaveLength(2);
    expect(addresses('')).toEqual([]);
    expect(addresses('?model=')).toEqual([]);
  });

  it.each([
    'javascript:alert(1)',
    'data:,x',
    'blob:https://example.org/1',
    'file:///etc/passwd',
    'http://[',
    'about:blank',
  ])('are none of %s', (address) => {
    expect(() => addresses(`?model=${encodeURIComponent(address)}`)).toThrow(
      'give an address that begins with https:// or http://, or a relative one',
    );
  });

  it('have no password, and are two at most', () => {
    expect(() => addresses('?model=https://a:b@other.org/x')).toThrow('without a user name or password');
    expect(() => addresses('?model=a&model=b&model=c')).toThrow('?model= is there 3 times: name at most 2 files');
  });
});

describe('a model that an address names', () => {
  const answer = (response: () => Response) => vi.stubGlobal('fetch', async () => response());
  const url = new URL('https://other.org/models/my%20net.lbm?download');

  it('has the name of its file', async () => {
    answer(() => new Response('abc'));
    expect(await fetchModel(url, never, nothing)).toEqual({ name: 'my net.lbm', bytes: Uint8Array.of(97, 98, 99) });
  });

  it('is fetched without credentials and without saying from where', async () => {
    const fetched = vi.fn(async () => new Response('abc'));
    vi.stubGlobal('fetch', fetched);
    await fetchModel(url, never, nothing);
    expect(fetched).toHaveBeenCalledWith(url, { signal: never, credentials: 'omit', referrerPolicy: 'no-referrer' });
  });

  it.each([
    ['a status', () => new Response('', { status: 404 }), 'the server answered 404'],
    ['nothing', () => new Response(''), 'the file is empty'],
    [
      'too much, as announced',
      () => new Response('abc', { headers: { 'content-length': '268435457' } }),
      'it is larger than 256 MiB',
    ],
  ])('is refused for %s', async (_, response, message) => {
    answer(response);
    await expect(fetchModel(url, never, nothing)).rejects.toThrow(message);
  });

  it('is refused as soon as it is too large, whatever was announced', async () => {
    let pieces = 0;
    const piece = new Uint8Array(1 << 26);
    const body = new ReadableStream({
      pull(controller) {
        pieces++;
        controller.enqueue(piece);
      },
    });
    answer(() => new Response(body));
    await expect(fetchModel(url, never, nothing)).rejects.toThrow('it is larger than 256 MiB');
    expect(pieces).toBeLessThanOrEqual(7);
  });

  it('says what may be wrong where the browser does not', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(fetchModel(url, never, nothing)).rejects.toThrow(
      /my%20net\.lbm.*: it could not be fetched: .*\(CORS\)/,
    );
  });
});
