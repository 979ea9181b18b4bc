import { CallError } from './client.ts';
import { byId, make } from './dom.ts';

/** Says what went wrong, with every problem of a model that is not supported, or that nothing is wrong. */
export function showFailure(cause?: unknown): void {
  byId('failure').hidden = cause === undefined;
  if (cause === undefined) return;
  const problems = cause instanceof CallError ? cause.problems : [];
  const message = cause instanceof Error ? cause.message : String(cause);
  // A message of many problems lists them, too, after its first line.
  byId('failure-text').textContent = problems.length > 0 ? (message.split('\n', 1)[0] as string) : message;
  byId('problems').replaceChildren(
    ...problems.map(({ node, op, name, what }) => {
      const where = [node >= 0 ? `node ${node}` : '', op, name && `"${name}"`].filter(Boolean).join(' ');
      return make('li', {}, where ? `${where}: ${what}` : what);
    }),
  );
}
