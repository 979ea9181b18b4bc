import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

/** A server for one test file. */
export interface Site {
  readonly origin: string;
  /** Paths that were asked for, in order. */
  readonly log: string[];
  close(): void;
}

export async function serve(listener: RequestListener): Promise<Site> {
  const log: string[] = [];
  const server = createServer((request, response) => {
    log.push(new URL(request.url ?? '/', 'http://x').pathname);
    listener(request, response);
  });
  // A connection that is closed just as a browser uses it again loses what was posted.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/**
 * Serves the files of folders, of the first that has one. What is not there is answered as many servers do: with a page,
 * and 200.
 */
export const serveFolders = (folders: readonly string[]) =>
  serve(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname));
    for (const folder of folders) {
      const bytes = await readFile(join(folder, path)).catch(() => undefined);
      if (!bytes) continue;
      const type = types[extname(path)] ?? 'application/octet-stream';
      const headers = { 'content-type': type, 'content-length': bytes.length, 'cache-control': 'no-store' };
      response.writeHead(200, headers).end(bytes);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html>\n<title>Not here</title>');
  });
