// Writes docs/network.schema.json from src/network/layers.ts. With --check it only says whether the file is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const source = fileURLToPath(new URL('../src/network/parse.ts', import.meta.url));
const target = fileURLToPath(new URL('../docs/network.schema.json', import.meta.url));

const bundle = await esbuild.build({ entryPoints: [source], bundle: true, format: 'esm', write: false });
const { networkJsonSchema } = await import(`data:text/javascript,${encodeURIComponent(bundle.outputFiles[0].text)}`);

const text = `${JSON.stringify(networkJsonSchema(), null, 2)}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('docs/network.schema.json is stale: npm run generate');
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
