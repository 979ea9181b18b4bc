import { Command } from 'commander';
import { type Declaration, withExamples } from '../options/declaration.ts';
import { packageVersion } from '../version.ts';

export const declareVersion: Declaration = (io) =>
  withExamples(
    new Command('version')
      .summary('print the version')
      .description('Prints the version of LiteBlock, as --version does.')
      .option('--json', 'print JSON'),
    [['liteblock version --json', 'print it for a script, with the version of Node']],
  ).action(({ json }: { readonly json?: boolean }) => {
    const version = packageVersion();
    io.out(json ? `${JSON.stringify({ liteblock: version, node: process.version })}\n` : `liteblock ${version}\n`);
  });
