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
};

/** "60000", "64KB", "1.5 MB" → bytes; KB and MB are 1,024 and 1,048,576 bytes. */
export function parseBytes(text: string): number {
  const [, digits = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const bytes = Number(digits || Number.NaN) * (units[unit.toLowerCase()] ?? Number.NaN);
  if (!Number.isInteger(bytes))
    throw new InvalidArgumentError('a number of bytes such as 60000, 64KB or 1.5MB is wanted');
  return bytes;
}
