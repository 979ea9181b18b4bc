/**
 * What a value must be: '' for a string, NaN for a finite number, another number for a whole number of at least that,
 * [like] for a list of such elements, an object for an object with these members (a member whose name ends in "?" may be
 * missing), or a function that returns what is wrong.
 */
export type Like =
  | string
  | number
  | [Like]
  | { readonly [member: string]: Like }
  | ((value: unknown) => string | undefined);

/** What is wrong with a value, with the path of the member; '' if nothing is. */
export function problemOf(value: unknown, wanted: Like, path = ''): string {
  const wrong = (what: string) => `${path || 'it'} is ${value === undefined ? 'missing' : `not ${what}`}`;
  if (typeof wanted === 'function') {
    const problem = wanted(value);
    return problem ? `${path} ${problem}` : '';
  }
  if (typeof wanted === 'string') return typeof value === 'string' ? '' : wrong('a string');
  if (typeof wanted === 'number') {
    if (Number.isNaN(wanted)) return Number.isFinite(value) ? '' : wrong('a finite number');
    return Number.isSafeInteger(value) && Number(value) >= wanted ? '' : wrong(`a whole number from ${wanted}`);
  }
  if (Array.isArray(wanted)) {
    if (!Array.isArray(value)) return wrong('a list');
    for (const [i, each] of value.entries()) {
      const problem = problemOf(each, wanted[0], `${path}[${i}]`);
      if (problem) return problem;
    }
    return '';
  }
  if (typeof value !== 'object' || value === null) return wrong('an object');
  const own: Readonly<Record<string, unknown>> = { ...value };
  for (const [key, member] of Object.entries(wanted)) {
    const name = key.replace('?', '');
    const problem =
      name !== key && own[name] === undefined ? '' : problemOf(own[name], member, path ? `${path}.${name}` : name);
    if (problem) return problem;
  }
  return '';
}
