// A static server for one folder, on this machine only.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** As in index.html, where a script narrows it to the models of `?model=`; and no frames, which a page cannot say of itself. */
const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; style-src 'self'; img-src 'self' blob: data:; " +
  "media-src blob: mediastream:; connect-src 'self' https: http:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const headers = {
  'content-security-policy': policy,
  // Without other origins around, browsers give a finer clock, which times of layers want.
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Undefined for a path that cannot be decoded, such as /%. */
function pathOf(url) {
  try {
    return decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return undefined;
  }
}

/** Why no server could be had, and what to do. */
function unserved(port, { code, message }) {
  if (code === 'EADDRINUSE')
    return `port ${port} is in use by another program: give another one, or 0 for any (--port 0)`;
  if (code === 'EACCES') return `port ${port} is not for this user: give one above 1023, or 0 for any (--port 0)`;
  if (code === 'ERR_SOCKET_BAD_PORT') return `port ${port}: expected a number from 0 to 65535 (--port 8080)`;
  return `port ${port}: ${message}`;
}

/** Serves `folder`; port 0 takes one that is free. Throws an error with what to do if the port is not available. */
export async function serve(folder, port = 0) {
  // listen takes a word for the path of a socket, and makes it
  if (!Number.isInteger(port)) throw new Error(unserved(port, { code: 'ERR_SOCKET_BAD_PORT' }));
  const server = createServer(async (request, response) => {
    const asked = pathOf(request.url ?? '/');
    if (asked === undefined) return void response.writeHead(400, headers).end('this is not an address');
    const path = normalize(join(folder, asked.endsWith('/') ? `${asked}index.html` : asked));
    const bytes = path.startsWith(folder + sep) ? await readFile(path).catch(() => undefined) : undefined;
    const type = types[extname(path)] ?? 'application/octet-stream';
    if (bytes) response.writeHead(200, { ...headers, 'content-type': type }).end(bytes);
    else response.writeHead(404, headers).end('not found');
  });
  try {
    await new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  } catch (cause) {
    throw new Error(unserved(port, cause), { cause });
  }
  return { server, address: `http://localhost:${server.address().port}/` };
}
