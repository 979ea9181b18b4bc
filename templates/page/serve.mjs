// Serves this folder: node serve.mjs [PORT]. Without PORT it is $PORT or 8080. If a port is taken, the next one is tried.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types = { '.html': 'text/html', '.js': 'text/javascript', '.lbm': 'application/octet-stream' };

const server = createServer(async ({ url }, response) => {
  const path = normalize(new URL(url, 'http://localhost').pathname);
  const name = path.endsWith('/') ? join(path, 'index.html') : path;
  try {
    const bytes = await readFile(join(import.meta.dirname, name));
    response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' }).end(bytes);
  } catch {
    response.writeHead(404).end('not found');
  }
});

let port = Number(process.argv[2] ?? process.env.PORT ?? 8080);
const last = port + 20;
server.on('error', ({ code, message }) => {
  if (code === 'EADDRINUSE' && port < last) return server.listen(++port, 'localhost');
  console.error(`error: ${message}: give another port, as in: node serve.mjs 9000`);
  process.exitCode = 1;
});
server.on('listening', () => console.log(`http://localhost:${server.address().port}/`));
server.listen(port, 'localhost');
