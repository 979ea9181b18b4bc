import { z } from 'zod';
import { LiteBlockError } from '../format/errors.ts';
import { layerTypes, type Network, type NetworkSource, networkSchema } from './layers.ts';

/** "layers[3].type": where a problem is. */
const place = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key)),
    '',
  );

const plain = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, '');

/** A word that was probably meant: the same letters, or the beginning of one another. */
function nearest(word: string, known: readonly string[]): string | undefined {
  const asked = plain(word);
  if (asked === '') return undefined;
  return (
    known.find((each) => plain(each) === asked) ??
    known.find((each) => plain(each).startsWith(asked) || asked.startsWith(plain(each)))
  );
}

function typeProblem(value: unknown): string {
  const given = typeof value === 'string' ? `"${value}"` : value === undefined ? 'no type' : String(value);
  const near = typeof value === 'string' ? nearest(value, layerTypes) : undefined;
  return `${given} is no layer${near ? ` (${near}?)` : ''}: ${layerTypes.join(', ')}`;
}

/** What the value at `path` is. */
const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);

function lines(issue: z.core.$ZodIssue, json: unknown): string[] {
  const where = place(issue.path) || 'the network';
  if (issue.code === 'invalid_union') {
    const found = at(json, issue.path);
    if (issue.path.at(-1) === 'type') return [`${where}: ${typeProblem(found)}`];
    return [`${where}: ${JSON.stringify(found)} does not fit (${unionText(issue)})`];
  }
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${where}: there is no field "${key}"`);
  const found = at(json, issue.path);
  return [
    `${where}: ${found === undefined ? 'is missing' : issue.message.charAt(0).toLowerCase() + issue.message.slice(1)}`,
  ];
}

const unionText = (issue: z.core.$ZodIssueInvalidUnion): string =>
  [...new Set(issue.errors.flat().map(({ message }) => message.charAt(0).toLowerCase() + message.slice(1)))].join(
    ', or ',
  );

/**
 * A network.json, as its text or as a value. Defaults are filled in. `source` names the file in messages. Throws
 * 'file-invalid' with every problem at once: where it is, what was given, what would work.
 */
export function parseNetwork(json: unknown, source: string): Network {
  let value = json;
  if (typeof json === 'string') {
    try {
      value = JSON.parse(json);
    } catch (cause) {
      throw new LiteBlockError('file-invalid', `${source}: not JSON: ${(cause as Error).message}`, [], { cause });
    }
  }
  const parsed = networkSchema.safeParse(value);
  if (parsed.success) return parsed.data as Network;
  const all = parsed.error.issues.flatMap((issue) => lines(issue, value));
  const problems = all.map((what) => ({ node: -1, op: '', name: '', what }));
  throw new LiteBlockError('file-invalid', `${source}: ${all.join('\n')}`, problems);
}

/** A network written in TypeScript, with its defaults filled in. Throws as parseNetwork does. */
export const network = (source: NetworkSource): Network => parseNetwork(source, source.name ?? 'network');

/** The JSON schema of network.json. */
export const networkJsonSchema = (): object => z.toJSONSchema(networkSchema, { io: 'input' });
