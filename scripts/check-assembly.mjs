// Type check of assembly/ by tsc. AssemblyScript allows decorators on functions, tsc says TS1206: those are left out.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));

const args = [tsc, '-p', 'assembly', '--noEmit', '--pretty', 'false'];
const { status, stdout, stderr, error } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });

// A message's further lines are indented and belong to it.
const messages = stdout.split(/\n(?=\S)/).filter((message) => message.trim() !== '');
const errors = messages.filter((message) => !message.includes('error TS1206:'));
if (errors.length > 0) console.error(errors.join('\n'));

// tsc gives 1 or 2 where it reported errors; anything else that is not 0 means that it did not run.
const ran = !error && (status === 0 || ((status === 1 || status === 2) && messages.length > 0));
if (!ran) console.error(error?.message ?? `tsc ended with ${status}: ${stdout}${stderr}`);
process.exitCode = ran && errors.length === 0 ? 0 : 1;
