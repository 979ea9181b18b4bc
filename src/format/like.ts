/**
 * What a value must be: a text (''), a whole number from this one on, a finite number (NaN), a list whose every element is
 * like this one, an object with these members, of which those that end in "?"
 * may be missing, or what a function says nothing against.
 */
export type Like =
  | string
  | number
  | [Like]
  | { readonly [member: string]: Like }
  | ((value: unknown) => string | undefined);

/** What is wrong with a value, by its path; '' where nothing is. */
export function problemOf(value: unknown, wanted: Like, path = ''): string {
  const wrong = (what: string) => `${path || 'it'} is ${value === undefined ? 'missing' : `no ${what}`}`;
  if (typeof wanted === 'function') {
    const problem = wanted(value);
    return problem ? `${path} ${problem}` : '';
  }
  if (typeof wanted === 'string') return typeof value === 'string' ? '' : wrong('text');
  if (typeof wanted === 'number') {
    if (Number.isNaN(wanted)) return Number.isFinite(value) ? '' : wrong('finite number');
    return Number.isSafeInteger(value) && Number(value) >= wanted ? '' : wrong(`whole number from ${wanted}`);
  }
  if (Array.isArray(wanted)) {
    if (!Array.isArray(value)) return wrong('list');
    for (const [i, each] of value.entries()) {
      const problem = problemOf(each, wanted[0], `${path}[${i}]`);
      if (problem) return problem;
    }
    return '';
  }
  if (typeof value !== 'object' || value === null) return wrong('object');
  const own: Readonly<Record<string, unknown>> = { ...value };
  for (const [key, member] of Object.entries(wanted)) {
    const name = key.replace('?', '');
    const problem =
      name !== key && own[name] === undefined ? '' : problemOf(own[name], member, path ? `${path}.${name}` : name);
    if (problem) return problem;
  }
  return '';
}
