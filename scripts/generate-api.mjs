// Writes docs/api from the types and comments of the package's entries, by TypeDoc (typedoc.json). With --check it only says
// whether the pages are up to date. An exported thing without a comment is an error.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'docs/api');

/** Writes the pages into `folder`. Ends the program where TypeDoc has an objection, which it prints. */
async function generate(folder) {
  const app = await Application.bootstrapWithPlugins({ options: root, out: folder, logLevel: 'Warn' });
  const project = await app.convert();
  if (!project) process.exit(1);
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) {
    console.error('docs/api: write the comments that TypeDoc misses, then npm run generate');
    process.exit(1);
  }
  await app.generateOutputs(project);
}

const pagesOf = (folder) =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );

if (process.argv.includes('--check')) {
  const folder = mkdtempSync(join(tmpdir(), 'liteblock-api-'));
  try {
    await generate(folder);
    const [made, kept] = [pagesOf(folder), pagesOf(target)];
    const stale = [...new Set([...Object.keys(made), ...Object.keys(kept)])].filter(
      (name) => made[name] !== kept[name],
    );
    if (stale.length > 0) {
      console.error(`docs/api is stale (${stale.join(', ')}): npm run generate`);
      process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
} else {
  await generate(target);
}
