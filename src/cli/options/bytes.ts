import { InvalidArgumentError } from 'commander';

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1024,
  kib: 1024,
  m: 1 << 20,
  mb: 1 << 20,
  mib: 1 << 20,
  g: 2 ** 30,
  gb: 2 ** 30,
  gib: 2 ** 30,
};

/** "60000", "64KB", "1.5 MB" → bytes; KB, MB and GB are 2^10, 2^20 and 2^30 bytes. */
export function parseBytes(text: string): number {
  const [, digits = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const bytes = Number(digits || Number.NaN) * (units[unit.toLowerCase()] ?? Number.NaN);
  if (!Number.isInteger(bytes))
    throw new InvalidArgumentError('expected a number of bytes such as 60000, 64KB, 1.5MB or 2GB');
  return bytes;
}
