// Writes docs/operators.md from src/ops/catalogue.ts. With --check it only says whether the file is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const source = fileURLToPath(new URL('../src/ops/catalogue.ts', import.meta.url));
const target = fileURLToPath(new URL('../docs/operators.md', import.meta.url));

const bundle = await esbuild.build({ entryPoints: [source], bundle: true, format: 'esm', write: false });
const { catalogue } = await import(`data:text/javascript,${encodeURIComponent(bundle.outputFiles[0].text)}`);

/** `weights` i8, by channel (axis 0), −127 … 127 */
function operand({ name, dtypes, per, axis, range, scale, optional }) {
  const parts = [dtypes.join(' or ')];
  if (per === 'channel') parts.push(`a scale each channel (axis ${axis})`);
  else if (per === 'tensor') parts.push('one scale');
  if (range) parts.push(`${range[0]} … ${range[1]}`.replaceAll('-', '−'));
  if (scale) parts.push(/^\d/.test(scale) ? `scale ${scale}` : `scale of ${scale}`);
  if (optional) parts.push('optional');
  return `\`${name}\` ${parts.join(', ')}`;
}

/** Row rules in words. */
const words = {
  window: 'the rows under its window',
  flat: 'the rows that hold the same elements',
  once: 'row 0',
  span: 'the rows that it lies between',
  whole: 'all rows',
};

// A rule may depend on shapes and attributes: each operator is asked about these.
const tensor = (name, shape) => ({ name, shape, fileShape: shape, dtype: 'i8', perImage: true });
const x = tensor('x', [1, 8, 8, 8]);
const samples = {
  Conv2d: [[tensor('weights', [8, 3, 3, 8])]],
  DepthwiseConv2d: [[tensor('weights', [3, 3, 8])]],
  FullyConnected: [[tensor('weights', [8, 8])], [tensor('weights', [8, 512])]],
  Add: [[x], [tensor('b', [8])]],
  Mul: [[x], [tensor('b', [8])]],
};
const variants = { Mean: [{ axes: 'hw' }, { axes: 'c' }] };
const attributes = {
  window: [3, 3],
  stride: [1, 1],
  dilation: [1, 1],
  padding: { top: 1, left: 1, bottom: 1, right: 1 },
  groups: 1,
  activation: 'none',
  before: [1, 1, 0],
  after: [1, 1, 0],
  shape: [1, 1, 64, 8],
  begin: [1, 1, 0],
  size: [6, 6, 4],
  order: [1, 0],
};

function rows(op) {
  const said = new Set();
  for (const others of samples[op.type] ?? [[]]) {
    for (const variant of variants[op.type] ?? [{}]) {
      const inputs = [x, ...others];
      const node = { ...attributes, ...variant };
      const outputs = op.outputShapes(inputs, node).map((shape) => tensor('y', shape));
      const view = { inputs, outputs, attributes: node };
      const read = ['Add', 'Mul'].includes(op.type) ? inputs.map((_, i) => i) : [0];
      for (const i of read) {
        const rule = op.rows(view, i);
        const elementwise = rule.kind === 'window' && rule.window === 1 && rule.stride === 1;
        said.add(elementwise ? 'row for row' : words[rule.kind]);
      }
    }
  }
  return [...said].join(', or ');
}

const row = (op) =>
  `| ${[
    op.type,
    op.summary,
    [...op.operands.inputs, ...op.operands.outputs].map(operand).join('<br>'),
    rows(op),
    op.mayOverwrite.map((i) => `\`${op.operands.inputs[i].name}\``).join(' or ') || '–',
    op.kernels.map(({ name }) => name).join(', ') || '–',
  ].join(' | ')} |`;

const text = `<!-- Printed by scripts/generate-docs.mjs from src/ops/catalogue.ts: edit that. -->

# Operators

What each operator takes and needs. *Rows read* is what the planner knows of it: which rows of an input one output row
needs. *Writes over* names inputs whose memory the output may take over, row by row. Kernels are in order of preference.

| operator | what it is | operands | rows read | writes over | kernels |
| --- | --- | --- | --- | --- | --- |
${catalogue.map(row).join('\n')}

Activations have a zero point, weights and biases have none. One scale for all weights is taken too. The ranges are those
that converters keep to; kernels take weights of −128 as well. Activation functions (ReLU, ReLU6, ReLU_N1_TO_1) belong to the operator before them.
`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('docs/operators.md is stale: npm run generate');
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
