#!/usr/bin/env node
import { wantsColor } from './color.ts';
import { main } from './program.ts';

const { stdout, stderr, argv, env } = process;
const args = argv.slice(2);

// `liteblock inspect … | head` closes the pipe early.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await main(args, {
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text),
  columns: stdout.isTTY ? stdout.columns : undefined,
  color: wantsColor(stdout, env, args),
  errColor: wantsColor(stderr, env, args),
  ...(stderr.isTTY && { terminal: stderr }),
});
