import { type ErrorCode, LiteBlockError, type Problem } from '../format/errors.ts';
import { withName } from '../graph/short-name.ts';

/** Problems that are collected: a file of a megabyte may have a million. */
const mostProblems = 10_000;

/** Lines of a message; `problems` has them all. */
const mostLines = 200;

/** How an importer says its problems. */
export interface ProblemWords {
  readonly code: ErrorCode;
  /** Where one problem is: `node 3 CONV_2D "features/3"`. '' for the model as a whole. */
  place(problem: Problem): string;
  /** Names of the operators that can be imported, for those that cannot. Absent: nothing is said of them. */
  readonly known?: readonly string[];
}

/** Where something is in a file that has operators and tensors. */
export function placeInFile({ node, op, name }: Problem): string {
  if (node >= 0) return withName(`node ${node} ${op}`, name);
  return op ? withName(op, name) : '';
}

/** Everything that stands in the way of an import. It goes on after a problem, so that the user gets all of them at once. */
export class Problems {
  readonly #list: Problem[] = [];
  /** Said of something that the file does not have, and in other words of what it has. */
  readonly #unsaid: Problem[] = [];

  get none(): boolean {
    return this.#list.length === 0;
  }

  /** `unsaid`: it is told only where there is no other. */
  add(problem: Problem, unsaid = false): undefined {
    const list = unsaid ? this.#unsaid : this.#list;
    if (list.length < mostProblems) list.push(problem);
  }

  /** Throws one error for all problems: those of one operator that are the same stand together, with every node. */
  throwAny(source: string, { code, place, known = [] }: ProblemWords): void {
    const problems = this.none ? this.#unsaid : this.#list;
    if (problems.length === 0) return;
    const all = grouped(problems).flatMap((group) => linesOf(group, place));
    const left = all.length - mostLines;
    const lines = left > 0 ? [...all.slice(0, mostLines), `and ${left} lines more`] : all;
    const text = problems.length === 1 ? lines[0] : [`${problems.length} problems`, ...lines].join('\n  ');
    throw new LiteBlockError(code, `${source}: ${text}${unknownLines(problems, known)}`, problems);
  }
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

function linesOf([first, ...others]: readonly Problem[], place: ProblemWords['place']): string[] {
  const { op, what } = first;
  const where = place(first);
  if (others.length === 0) return [where ? `${where}: ${what}` : what];
  const nodes = [first, ...others].map((each) => `  ${withName(`node ${each.node}`, each.name)}`);
  return [`${op} in ${nodes.length} nodes: ${what}`, ...nodes];
}

function unknownLines(problems: readonly Problem[], known: readonly string[]): string {
  const unknown = problems.filter(({ node, op }) => node >= 0 && !known.includes(op));
  const count = new Set(unknown.map(({ op }) => op)).size;
  if (known.length === 0 || count === 0) return '';
  const what = count === 1 ? '1 operator is' : `${count} operators are`;
  const where = unknown.length === 1 ? '1 node' : `${unknown.length} nodes`;
  const works = `supported operators: ${known.join(', ')}`;
  return `\n${what} not supported, in ${where} (liteblock supported-ops tells what is)\n${works}`;
}
