import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { importPt2 } from '../../../src/import/pytorch/import-pt2.ts';
import { refusal } from '../refusal.ts';
import { archive } from './zip.ts';

/** A program of LiteNet, to be damaged. */
export const files = unzipSync(new Uint8Array(readFileSync('test/data/pytorch/litenet.pt2')));
const nameOf = (pattern: RegExp): string => Object.keys(files).find((name) => pattern.test(name)) as string;
export const [graphName, weightsName] = [nameOf(/models\/.*\.json$/), nameOf(/_weights_config\.json$/)];

// biome-ignore lint/suspicious/noExplicitAny: JSON that is to be damaged
export type Json = any;
export const jsonOf = (name: string): Json => JSON.parse(new TextDecoder().decode(files[name]));

/** The program with its graph and its list of weights changed, in an archive that is sound. */
export function changed(
  change: (graph: Json, weights: Json) => void,
  others: Readonly<Record<string, Uint8Array | string>> = {},
): Uint8Array {
  const [program, weights] = [jsonOf(graphName), jsonOf(weightsName)];
  change(program, weights);
  return archive({ ...files, [graphName]: JSON.stringify(program), [weightsName]: JSON.stringify(weights), ...others });
}

export const refused = (bytes: Uint8Array) => refusal(() => importPt2(bytes, 'net.pt2'));
export const nodesOf = (program: Json): Json[] => program.graph_module.graph.nodes;
export const argumentOf = (node: Json, name: string): Json =>
  node.inputs.find((input: Json) => input.name === name).arg;
