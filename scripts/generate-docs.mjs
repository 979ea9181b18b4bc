// Writes docs/operators.md from src/ops/catalogue.ts and the importer's list. With --check it only says whether the file is
// up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const coverage = JSON.parse(readFileSync(new URL('../test/data/tflite-coverage.json', import.meta.url), 'utf8'));
const target = fileURLToPath(new URL('../docs/operators.md', import.meta.url));

const contents = `
  export { operatorRows } from './analyze/operators.ts';
  export { computedOnImport, tfliteOperators } from './import/tflite/computed.ts';
  export { refusedOperators } from './import/tflite/refused-operators.ts';
  export { catalogue } from './ops/catalogue.ts';`;
const resolveDir = fileURLToPath(new URL('../src', import.meta.url));
const bundle = await esbuild.build({ stdin: { contents, resolveDir }, bundle: true, format: 'esm', write: false });
const {
  catalogue,
  operatorRows,
  tfliteOperators: foreign,
  computedOnImport,
  refusedOperators,
} = await import(`data:text/javascript,${encodeURIComponent(bundle.outputFiles[0].text)}`);

const row = ({ type, summary, operands, rowsRead, mayOverwrite, kernels }) =>
  `| ${[
    type,
    summary,
    operands.map(({ name, what }) => `\`${name}\` ${what}`).join('<br>'),
    rowsRead,
    mayOverwrite.map((name) => `\`${name}\``).join(' or ') || '–',
    kernels.join(', ') || '–',
  ].join(' | ')} |`;

const foreignRow = ({ name, becomes }) => `| ${name} | ${becomes.map(({ type }) => type).join(', ')} |`;

const testsOf = ([need, paths]) => `| ${need} | ${paths.map((path) => `\`${path}\``).join(', ')} |`;

const text = `<!-- Printed by scripts/generate-docs.mjs from src/ops/catalogue.ts, src/import/tflite and test/data/tflite-coverage.json: edit these. -->

# Operators

\`liteblock supported-ops\` prints the same. What each operator takes and needs: *rows read* is what the planner knows of it,
which rows of an input one output row needs. *Writes over* names inputs whose memory the output may take over, row by row.
Kernels are in order of preference.

| operator | what it is | operands | rows read | writes over | kernels |
| --- | --- | --- | --- | --- | --- |
${operatorRows(catalogue, foreign).map(row).join('\n')}

Activations have a zero point, weights and biases have none. One scale for all weights is taken too. The ranges are those
that converters keep to; kernels take weights of −128 as well. Activation functions (ReLU, ReLU6, ReLU_N1_TO_1) belong to the operator before them.

## From a .tflite

What the operators of a \`.tflite\` become. Two are named where one node may become two, or where it depends on its attributes.

| operator of TFLite | becomes |
| --- | --- |
${foreign.map(foreignRow).join('\n')}

${computedOnImport}

These are refused by name:

${[...refusedOperators].map(([name, why]) => `- ${name}: ${why}.`).join('\n')}

## Tests of what public files need

| what is needed | tests |
| --- | --- |
${Object.entries(coverage).map(testsOf).join('\n')}
`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('docs/operators.md is stale: npm run generate');
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
