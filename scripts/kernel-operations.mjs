import { constant } from './engine-constants.mjs';

/** What the formulas of `dispatch` in src/format/instructions.ts become: a function of the engine, and rows of docs/format.md. */

/** How assembly/check/kernel-operations.ts names a quantity. */
const quantities = {
  rows: 'rows',
  pixels: 'pixels',
  elements: 'elements',
  'x.height': 'heightOf(x)',
  'x.width': 'widthOf(x)',
  'x.channels': 'xChannels',
  'y.channels': 'channels',
  'y.elementBytes': 'elementBytesOf(y)',
};

const nested = (name, [first, ...others]) => others.reduce((all, one) => `${name}(${all}, ${one})`, first);

/** A formula as an expression of the engine. `field` gives the constant of a field. */
function expression(formula, field) {
  const print = (part) => expression(part, field);
  if (typeof formula === 'number') return `${formula}`;
  if (typeof formula === 'string') return quantities[formula] ?? `word(s, ${field(formula)})`;
  if (formula.sum) return nested('sum', formula.sum.map(print));
  if (formula.product) return nested('product', formula.product.map(print));
  if (formula.runsOf) return `runsOf(${formula.runsOf.map(print).join(', ')})`;
  if (formula.evenUp) return `sum(${print(formula.evenUp)}, ${print(formula.evenUp)} & 1)`;
  const isThat = `word(s, ${field(formula.where)}) == ${formula.is}`;
  return `(${isThat} ? <i64>${print(formula.value)} : <i64>${print(formula.otherwise)})`;
}

/** Opcodes of one formula, whose fields lie alike in their records. */
function groupsOf({ dispatch, fieldsOf }) {
  const groups = new Map();
  for (const [opcode, { operations }] of Object.entries(dispatch)) {
    const fields = fieldsOf(opcode);
    const key = expression(operations, (name) => fields.indexOf(name));
    groups.set(key, [...(groups.get(key) ?? []), opcode]);
  }
  return [...groups.values()];
}

/** assembly/check/kernel-operations.ts. */
export function operationsSource(spec) {
  const { dispatch, headerFields } = spec;
  const used = new Set();
  const lines = groupsOf(spec).map((opcodes) => {
    const names = opcodes.map((opcode) => `OP_${constant(opcode)}`);
    const field = (name) => {
      const full = `${headerFields.includes(name) ? 'STAGE' : constant(opcodes[0])}_${constant(name)}`;
      used.add(full);
      return full;
    };
    const value = expression(dispatch[opcodes[0]].operations, field);
    for (const name of names) used.add(name);
    return `if (${names.map((name) => `opcode == ${name}`).join(' || ')}) return ${value};`;
  });
  return `import { OPERAND_ROW_BYTES, OP_FILL, STAGE_OPCODE, ${[...used].sort().join(', ')} } from "../instructions";
import { channelsOf, elementBytesOf, heightOf, widthOf } from "../operand";
import { product, runsOf, sum } from "../checked-arithmetic";
import { word } from "./rules";

/** Elementary operations of \`rows\` rows of stage \`s\`, the row tables apart, of a record that has been checked. */
export function kernelOperations(s: usize, x: usize, y: usize, rows: i64): i64 {
  const opcode = load<i32>(s, STAGE_OPCODE);
  if (opcode == OP_FILL) return word(y, OPERAND_ROW_BYTES);
  const channels = <i64>channelsOf(y),
    xChannels = <i64>channelsOf(x),
    pixels = product(rows, widthOf(y)),
    elements = product(pixels, channels);
  ${lines.join('\n  ')}
  return 0;
}`;
}

/** How docs/format.md names a quantity. */
const words = {
  rows: 'n',
  pixels: 'P',
  elements: 'E',
  'x.height': 'height of x',
  'x.width': 'width of x',
  'x.channels': 'channels of x',
  'y.channels': 'channels of y',
  'y.elementBytes': 'bytes of an element',
};

/** A formula as a reader writes it; a sum inside a product in brackets. */
function written(formula, inProduct = false) {
  if (typeof formula === 'number') return `${formula}`;
  if (typeof formula === 'string') return words[formula] ?? `\`${formula}\``;
  if (formula.sum) {
    const text = formula.sum.map((part) => written(part)).join(' + ');
    return inProduct ? `(${text})` : text;
  }
  if (formula.product) return formula.product.map((part) => written(part, true)).join(' · ');
  if (formula.runsOf) return `⌈${formula.runsOf.map((part) => written(part, true)).join(' / ')}⌉`;
  if (formula.evenUp) return `(${written(formula.evenUp)}, rounded up to even)`;
  return `(${written(formula.value)} where \`${formula.where}\` is ${formula.is}, else ${written(formula.otherwise)})`;
}

/** The table of operations in docs/format.md. */
export function formulaRows(spec) {
  const rows = groupsOf(spec).map(
    (opcodes) => `| ${opcodes.join(', ')} | ${written(spec.dispatch[opcodes[0]].operations)} |`,
  );
  return `\n| opcode | operations |\n| --- | --- |\n| fill | \`rowBytes\` of y |\n${rows.join('\n')}\n`;
}
