import { LiteBlockError, type Problem } from '../../format/errors.ts';
import { withName } from '../../graph/short-name.ts';

/** Lines of a message; `problems` has them all. */
const mostLines = 200;

/** One error for all problems of a file: those of one operator that are the same stand together, with every node. */
export function unsupported(source: string, problems: readonly Problem[], known: readonly string[]): LiteBlockError {
  const all = grouped(problems).flatMap(linesOf);
  const left = all.length - mostLines;
  const lines = left > 0 ? [...all.slice(0, mostLines), `and ${left} lines more`] : all;
  const unknown = problems.filter(({ node, op }) => node >= 0 && !known.includes(op));
  const text = problems.length === 1 ? lines[0] : [`${problems.length} problems`, ...lines].join('\n  ');
  return new LiteBlockError('unsupported', `${source}: ${text}${unknownLines(unknown, known)}`, problems);
}

function grouped(problems: readonly Problem[]): Problem[][] {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    const key = problem.node < 0 ? `${groups.size}` : `${problem.op}: ${problem.what}`;
    const known = groups.get(key);
    if (known) known.push(problem);
    else groups.set(key, [problem]);
  }
  return [...groups.values()];
}

function linesOf([first, ...others]: readonly Problem[]): string[] {
  const { node, op, name, what } = first as Problem;
  if (node < 0) return [op ? `${withName(op, name)}: ${what}` : what];
  if (others.length === 0) return [`${withName(`node ${node} ${op}`, name)}: ${what}`];
  const nodes = [first as Problem, ...others].map((each) => `  ${withName(`node ${each.node}`, each.name)}`);
  return [`${op} in ${nodes.length} nodes: ${what}`, ...nodes];
}

function unknownLines(unknown: readonly Problem[], known: readonly string[]): string {
  const count = new Set(unknown.map(({ op }) => op)).size;
  if (count === 0) return '';
  const what = count === 1 ? '1 operator is' : `${count} operators are`;
  const where = unknown.length === 1 ? '1 node' : `${unknown.length} nodes`;
  const works = `supported operators: ${known.join(', ')}`;
  return `\n${what} not supported, in ${where} (liteblock supported-ops tells what is)\n${works}`;
}
