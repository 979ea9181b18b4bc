// For node --import: every asynchronous fs.write writes half of what it is given, and then nothing for a minute.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { write } = fs;
fs.write = (descriptor, bytes, from, length, callback) =>
  write(descriptor, bytes, from, Math.ceil(length / 2), null, (error, written) => {
    setTimeout(() => callback(error, written, bytes), 60_000);
  });
syncBuiltinESMExports();
