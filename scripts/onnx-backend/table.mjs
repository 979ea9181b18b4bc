/** The table of the backend tests, as docs/onnx.md has it. */

const outcomes = ['passed', 'refused', 'not applicable'];

const kinds = {
  simple: 'small models',
  'pytorch-converted': "PyTorch's layers",
  'pytorch-operator': "PyTorch's operators",
  light: '`light` models',
};

/** A reason without the numbers and names of one test. */
const general = (reason) =>
  reason
    .replace(/^its (values of input \d+) are computed \(a constant\)$/, '$1 that are not constant')
    .replace(/"[^"]*"/g, '"…"')
    .replace(/\[[^\]]*\]/g, '[…]')
    .replace(/(?<![\w.])-?\d+(\.\d+)?(e-?\d+)?(?![\w.])/g, 'n');

function grouped(results, keyOf) {
  const groups = new Map();
  for (const each of results) {
    const key = keyOf(each);
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

const row = (name, group) => {
  const counts = outcomes.map((outcome) => group.filter((each) => each.outcome === outcome).length);
  return `| ${name} | ${counts.map((count) => count || '').join(' | ')} |`;
};

/** A test of one operator goes by it; one of several by the operator that its name begins with. */
const operatorOf = ({ operators }) => (operators.length === 1 ? operators[0] : 'several operators');

const shortName = ({ name }) => name.replace(/^test_/, '');

/** `results` of scripts/onnx-backend.mjs, of the package's version. */
export function tableOf(results, version) {
  const nodes = grouped(
    results.filter(({ kind }) => kind === 'node'),
    operatorOf,
  );
  const isKnown = ([, group]) => group.some(({ outcome }) => outcome === 'passed');
  const known = nodes.filter(isKnown);
  const others = nodes.filter((each) => !isKnown(each)).map(([name]) => `\`${name}\``);
  const models = grouped(
    results.filter(({ kind }) => kind !== 'node'),
    ({ kind }) => kinds[kind],
  );
  const refused = [...known.flatMap(([, group]) => group), ...models.flatMap(([, group]) => group)].filter(
    ({ outcome }) => outcome === 'refused',
  );
  const reasons = grouped(refused, ({ reason }) => general(reason)).map(([reason, group]) => {
    const names = group.slice(0, 3).map((each) => shortName(each));
    return `| ${reason} | ${group.length} | ${names.join(', ')}${group.length > 3 ? ', …' : ''} |`;
  });
  const total = (outcome) => results.filter((each) => each.outcome === outcome).length;
  return `
The ONNX project's own backend tests, of the package onnx ${version}, by \`node scripts/onnx-backend.mjs --write\`: ${results.length} tests,
${total('passed')} passed, ${total('refused')} refused by name, ${total('not applicable')} not applicable (no real values go in or come out), ${total('wrong')} wrong.

| operator | passed | refused by name | not applicable |
| --- | ---: | ---: | ---: |
${[...known, ...models].map(([name, group]) => row(name, group)).join('\n')}

No test passes of ${others.join(', ')}.

| refused among these, since | tests | such as |
| --- | ---: | --- |
${reasons.join('\n')}

`;
}
