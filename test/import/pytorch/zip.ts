import type { Zippable } from 'fflate';
import { zipSync } from 'fflate';

/** An archive of stored files, as PyTorch writes them, or deflated ones. */
export const archive = (files: Readonly<Record<string, Uint8Array | string>>, level: 0 | 9 = 0): Uint8Array => {
  const bytes: Zippable = {};
  for (const [name, content] of Object.entries(files)) {
    bytes[name] = [typeof content === 'string' ? new TextEncoder().encode(content) : content, { level }];
  }
  return zipSync(bytes);
};
