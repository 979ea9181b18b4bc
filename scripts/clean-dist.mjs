// Removes from dist/ what its source no longer makes: tsc leaves it there, and it would be published.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

for (const name of readdirSync(join(root, 'dist'), { recursive: true })) {
  const source = name.replace(/(\.d\.ts|\.js\.map|\.js)$/, '.ts');
  const ofRoom = source !== name && /[/\\]/.test(name);
  if (ofRoom && !existsSync(join(root, 'src', source))) rmSync(join(root, 'dist', name));
}
