import { LiteBlockError } from '../../format/errors.ts';
import { shortName } from '../../graph/short-name.ts';
import { type FlatTable, scalar, table, tables, text } from './flatbuffer.ts';
import * as schema from './schema.ts';

/** The name of an operator, of a builtin in capitals. */
export interface OperatorCode {
  readonly name: string;
  readonly custom: boolean;
}

/** Slots with subgraphs that operators call, by the operator. */
const calls: ReadonlyMap<string, readonly number[]> = new Map([
  ['IF', [0, 1]],
  ['WHILE', [0, 1]],
  ['CALL', [0]],
  ['CALL_ONCE', [0]],
]);

/** The subgraphs of a file, by the names of signatures, or else their own. */
export interface Signatures {
  /** The subgraph of a name, or the first. Throws usage for one that there is not, and unsupported for a part of another. */
  choose(name: string | undefined): number;
  nameOf(subgraph: number): string | undefined;
  /** Names of those that can be run in place of `subgraph`. */
  othersThan(subgraph: number): string[];
}

export function signaturesOf(
  root: FlatTable,
  subgraphs: readonly FlatTable[],
  codes: readonly OperatorCode[],
  source: string,
): Signatures {
  const called = calledSubgraphs(subgraphs, codes);
  const signatures = new Map<string, number>();
  for (const entry of tables(root, schema.model.signatures)) {
    const key = text(entry, schema.signature.key);
    const subgraph = scalar(entry, schema.signature.subgraph, 'Uint32');
    if (key && subgraph < subgraphs.length && !signatures.has(key)) signatures.set(key, subgraph);
  }
  const signed = new Set(signatures.values());
  // Subgraphs without a signature go by their own names, where these are not those of signatures.
  const byName = new Map(signatures);
  subgraphs.forEach((graph, i) => {
    const name = text(graph, schema.subgraph.name);
    if (!signed.has(i)) byName.set(name && !byName.has(name) ? name : `subgraph ${i}`, i);
  });
  const isPart = (subgraph: number): boolean => called.has(subgraph) && !signed.has(subgraph);
  const runnable = [...byName].filter(([, subgraph]) => !isPart(subgraph));
  return {
    choose(name) {
      if (name === undefined) return 0;
      const found = byName.get(name);
      const known = runnable.map(([each]) => `"${shortName(each)}"`).join(', ') || 'none has a name';
      if (found === undefined) throw new LiteBlockError('usage', `${source}: it has no signature "${name}" (${known})`);
      if (!isPart(found)) return found;
      const what = `the subgraph "${name}" is only called by ${called.get(found)}, and is not a model of its own`;
      throw new LiteBlockError('unsupported', `${source}: ${what} (${known})`, [{ node: -1, op: '', name, what }]);
    },
    nameOf: (subgraph) => [...byName].find(([, each]) => each === subgraph)?.[0],
    othersThan: (subgraph) => runnable.filter(([, each]) => each !== subgraph).map(([name]) => name),
  };
}

/** Subgraphs that operators of others call, and the name of such an operator. */
function calledSubgraphs(subgraphs: readonly FlatTable[], codes: readonly OperatorCode[]): Map<number, string> {
  const called = new Map<number, string>();
  if (subgraphs.length === 1) return called;
  for (const graph of subgraphs) {
    for (const entry of tables(graph, schema.subgraph.operators)) {
      const { name, custom } = codes[scalar(entry, schema.operator.opcodeIndex, 'Uint32')] ?? {
        name: '',
        custom: true,
      };
      const slots = custom ? undefined : calls.get(name);
      const options = slots && table(entry, schema.operator.options);
      for (const slot of slots ?? []) called.set(scalar(options, slot, 'Int32'), name);
    }
  }
  return called;
}
