#!/usr/bin/env node
import { main } from './program.ts';

const { stdout, stderr, argv, env } = process;

// `liteblock inspect … | head` closes the pipe early.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await main(argv.slice(2), {
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text),
  columns: stdout.isTTY ? stdout.columns : undefined,
  color: stdout.isTTY === true && !env.NO_COLOR,
  ...(stderr.isTTY && { terminal: stderr }),
});
