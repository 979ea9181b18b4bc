import { CallError } from './client.ts';
import { byId, make } from './dom.ts';

/** Says what went wrong, with every problem of a model that is not supported, or that nothing is wrong. */
export function showFailure(cause?: unknown): void {
  byId('failure').hidden = cause === undefined;
  if (cause === undefined) return;
  const problems = cause instanceof CallError ? cause.problems : [];
  const message = cause instanceof Error ? cause.message : String(cause);
  // A message with problems lists them, too, and ends with what would work.
  const works = message.split('\n').filter((line) => line.startsWith('supported operators'));
  const stands = problems.length === 1 ? 'One thing stands' : `${problems.length} things stand`;
  byId('failure-text').textContent = problems.length > 0 ? `${stands} in the way of this model:` : message;
  byId('works').textContent = works.join(' ');
  byId('problems').replaceChildren(
    ...problems.map(({ node, op, name, what }) => {
      const where = [node >= 0 ? `node ${node}` : '', op, name && `"${name}"`].filter(Boolean).join(' ');
      return make('li', {}, where ? `${where}: ${what}` : what);
    }),
  );
  byId('failure').scrollIntoView({ block: 'nearest' });
}
