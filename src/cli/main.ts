#!/usr/bin/env node
import { wantsColor } from './color.ts';
import { onLostText } from './files/standard-output.ts';
import { errorWord, type Io } from './io.ts';
import { main } from './program.ts';

const { stdout, stderr, argv, env } = process;
const args = argv.slice(2);

const io: Io = {
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text),
  columns: stdout.isTTY ? stdout.columns : undefined,
  color: wantsColor(stdout, env, args),
  errColor: wantsColor(stderr, env, args),
  ...(stderr.isTTY && { terminal: stderr }),
};

let isLost = false;
onLostText(stdout, 'standard output', (message) => {
  isLost = true;
  process.exitCode ||= 1;
  io.err(`${errorWord(io)} ${message}\n`);
});
onLostText(stderr, 'standard error', () => {}); // there is nowhere to tell it

const status = await main(args, io);
process.exitCode = status === 0 && isLost ? 1 : status;
