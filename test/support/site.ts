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
 * Serves files under folders: path → folder, the first that fits. What is not there is answered as many servers do: with
 * a page, and 200.
 */
export const serveFolders = (folders: Readonly<Record<string, string>>, headers: Record<string, string> = {}) =>
  serve((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname);
    const prefix = Object.keys(folders).find((start) => path.startsWith(start)) ?? '/';
    const file = join(folders[prefix] ?? '/nowhere', normalize(`/${path.slice(prefix.length)}`));
    readFile(file).then(
      (bytes) =>
        response
          .writeHead(200, {
            'content-type': types[extname(file)] ?? 'application/octet-stream',
            'content-length': bytes.length,
            'cache-control': 'no-store',
            ...headers,
          })
          .end(bytes),
      () => response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html>\n<title>Not here</title>'),
    );
  });
