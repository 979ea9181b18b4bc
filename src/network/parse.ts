import * as z from 'zod';
import { checkKind, kindOf } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import { foreignJson } from './foreign-json.ts';
import { fieldsOf, layerTypes, type Network, type NetworkSource, networkSchema } from './layers.ts';
import { nearest, plain } from './nearest.ts';
import { otherLayers } from './other-layers.ts';

/** "layers[3].type": where a problem is. */
const place = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key)),
    '',
  );

function typeProblem(value: unknown): string {
  const near = typeof value === 'string' ? nearest(value, layerTypes, otherLayers) : undefined;
  const other = typeof value === 'string' && otherLayers.some((each) => plain(each) === plain(value));
  const what = other ? 'is not supported' : `is not a layer${near ? ` (${near}?)` : ''}`;
  return `${value === undefined ? 'the type is missing' : `${given(value)} ${what}`}: ${layerTypes.join(', ')}`;
}

/** What the value at `path` is. */
const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** A value that JSON has no text for, such as a BigInt or one that holds itself, by what it is. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return kindOf(value);
  }
}

/** A value in a message; long ones are cut. */
function given(value: unknown): string {
  const text = textOf(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** PyTorch's words for fields. */
const aliases: Readonly<Record<string, string>> = {
  in_channels: 'in',
  in_features: 'in',
  out_channels: 'out',
  out_features: 'out',
  kernel_size: 'kernel',
  num_features: 'features',
  num_groups: 'groups',
  expand_ratio: 'expand',
  squeeze_channels: 'squeeze',
  activation_layer: 'activation',
  output_size: 'size',
  negative_slope: 'negativeSlope',
  num_parameters: 'parameters',
  scale_factor: 'scale',
  output_padding: 'outputPadding',
  align_corners: 'alignCorners',
  count_include_pad: 'countIncludePad',
};

function unknownField(key: string, owner: unknown, path: readonly PropertyKey[]): string {
  const fields = fieldsOf((owner as { type?: unknown } | undefined)?.type, path);
  const alias = Object.hasOwn(aliases, key) ? aliases[key] : undefined;
  const near = fields.find((field) => field === alias) ?? nearest(key, fields);
  return `there is no field "${key}"${near ? ` (${near}?)` : ''}: ${fields.join(', ')}`;
}

function lines(issue: z.core.$ZodIssue, json: unknown): string[] {
  const where = place(issue.path) || 'the network';
  const found = at(json, issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${where}: ${unknownField(key, found, issue.path)}`);
  }
  if (issue.code === 'invalid_union' && issue.path.at(-1) === 'type') return [`${where}: ${typeProblem(found)}`];
  if (issue.code === 'invalid_union') {
    return [`${where}: ${found === undefined ? 'is missing' : `${given(found)} does not fit`} (${issue.message})`];
  }
  return [`${where}: ${found === undefined ? 'is missing' : `${lowerFirst(issue.message)}, given ${given(found)}`}`];
}

/** More than any network has; recursion over deeper ones would end the stack. */
const mostNested = 64;

/** Layers that a file may list; a block of layers such as InvertedResidual counts as one. */
const mostListed = 1_024;

/** What is wrong with how many layers there are. Walks by a list, since recursion is what is in danger. */
function countFault(json: unknown): string | undefined {
  let level: unknown[] = [json];
  let count = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > mostNested) return `its layers are nested more than ${mostNested} deep`;
    count += level.length;
    if (count > mostListed) return `it lists more than ${mostListed} layers`;
    level = level.flatMap((layer) => {
      const { layers, shortcut } = (layer ?? {}) as { layers?: unknown; shortcut?: unknown };
      return [layers, shortcut].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
    });
  }
  return undefined;
}

/**
 * A network.json, as its text or as a value. Defaults are filled in. `source` names the file in messages. Throws
 * 'file-invalid' with every problem at once: where it is, what was given, what would work.
 */
export function parseNetwork(json: unknown, source: string): Network {
  checkKind('parseNetwork: source', source, 'String');
  let value = json;
  if (typeof json === 'string') {
    try {
      value = JSON.parse(json);
    } catch (cause) {
      throw new LiteBlockError('file-invalid', `${source}: not JSON: ${(cause as Error).message}`, [], { cause });
    }
  }
  const foreign = foreignJson(value);
  if (foreign) throw new LiteBlockError('file-invalid', `${source}: this is ${foreign}`);
  const fault = countFault(value);
  if (fault) throw new LiteBlockError('file-invalid', `${source}: ${fault}`);
  const parsed = networkSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const all = parsed.error.issues.flatMap((issue) => lines(issue, value));
  const problems = all.map((what) => ({ node: -1, op: '', name: '', what }));
  throw new LiteBlockError('file-invalid', `${source}: ${all.join('\n')}`, problems);
}

/** A network written in TypeScript, with its defaults filled in. Throws as parseNetwork does. */
export function network(source: NetworkSource): Network {
  checkKind('network: source', source, 'Object');
  return parseNetwork(source, typeof source.name === 'string' ? source.name : 'network');
}

/** The JSON schema of network.json. */
export const networkJsonSchema = (): object => z.toJSONSchema(networkSchema, { io: 'input' });
