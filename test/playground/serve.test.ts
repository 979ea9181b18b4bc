import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { serve } from '../../examples/playground/serve.mjs';

async function served() {
  const folder = mkdtempSync(join(tmpdir(), 'liteblock-'));
  mkdirSync(join(folder, 'page'));
  writeFileSync(join(folder, 'page/index.html'), 'a page');
  const { server } = await serve(join(folder, 'page'));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  return (server.address() as AddressInfo).port;
}

/** The path as it is: fetch would put it into order. */
const statusOf = (port: number, path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode));
    });
    asked.once('error', reject);
    asked.end();
  });

it('says of a port that is in use what to do', async () => {
  const port = await served();
  await expect(serve('.', port)).rejects.toThrow(
    `port ${port} is in use by another program: give another one, or 0 for any (--port 0)`,
  );
});

it.each([70000, 'eighty' as unknown as number])('says of the port %s that it is none', async (port) => {
  await expect(serve('.', port)).rejects.toThrow(`port ${port}: expected a number from 0 to 65535 (--port 8080)`);
});

it('answers a path that is not an address, and goes on serving', async () => {
  const port = await served();
  for (const path of ['/%', '//', '/%ff', '/%00']) expect([400, 404]).toContain(await statusOf(port, path));
  expect(await statusOf(port, '/')).toBe(200);
});
