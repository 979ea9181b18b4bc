import { constant } from './engine-constants.mjs';

/** Sources that choose by opcode, from the columns of `dispatch` in src/format/instructions.ts. */

/** argMax → arg-max: the file of a kernel. */
const fileOf = (opcode) => opcode.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();

const imports = (names, from) => `import { ${[...new Set(names)].sort().join(', ')} } from "${from}";`;

/** opcode == OP_ADD || opcode == OP_MUL. */
const isOneOf = (opcodes) => opcodes.map((opcode) => `opcode == OP_${constant(opcode)}`).join(' || ') || 'false';

const constants = (opcodes) => opcodes.map((opcode) => `OP_${constant(opcode)}`);

/** assembly/dispatch.ts: the call of a stage's kernel. */
export function callSource({ dispatch, instructions }) {
  const opcodes = Object.keys(dispatch);
  const call = (opcode) => {
    const { takes = [], x2, scratch } = dispatch[opcode];
    const args = [
      ...(instructions[opcode].length > 0 ? ['s'] : []),
      ...(x2 ? ['x', 'x2', 'y', 'xRows', 'x2Rows', 'yRows'] : ['x', 'y', 'xRows', 'yRows']),
      ...(takes.includes('first') ? ['first'] : []),
      'rows',
      ...(scratch ? ['own'] : []),
      ...(takes.includes('data') ? ['data'] : []),
    ];
    return `case OP_${constant(opcode)}: ${opcode}(${args.join(', ')}); break;`;
  };
  return `${imports(constants(opcodes), './instructions')}
${opcodes.map((opcode) => imports([opcode], `./kernels/${fileOf(opcode)}`)).join('\n')}

/**
 * Calls the kernel of stage \`s\` for rows \`first\` and on of y. \`own\` is its scratch; x2 and x2Rows are read where there is
 * a second operand.
 */
@inline
export function callKernel(
  opcode: i32, s: usize, x: usize, x2: usize, y: usize, xRows: usize, x2Rows: usize, yRows: usize,
  first: i32, rows: i32, own: usize, data: usize): void {
  switch (opcode) {
${opcodes.map(call).join('\n')}
}
}`;
}

/** How assembly/operand.ts asks for a kind of elements. */
const holds = { bytes: 'holdsBytes', real: 'holdsReals', index: 'holdsIndices' };

/** assembly/check/dispatch.ts: which operands an opcode has, of what elements, the check of its record, and its scratch. */
export function checkSource({ dispatch }) {
  const opcodes = Object.keys(dispatch);
  const where = (test) => opcodes.filter((opcode) => test(dispatch[opcode]));
  const groups = (keyOf) => {
    const groups = new Map();
    for (const opcode of opcodes) {
      const key = keyOf(dispatch[opcode]);
      if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), opcode]);
    }
    return [...groups];
  };
  const fit = ({ elements }) => {
    if (elements === undefined) return undefined;
    return elements === 'alike'
      ? 'elementBytesOf(x) == elementBytesOf(y)'
      : `${holds[elements.x]}(x) && ${holds[elements.y]}(y)`;
  };
  const returns = ([value, of]) => `if (${isOneOf(of)}) return ${value};`;
  const scratchOf = ({ scratch }) => (typeof scratch === 'string' ? `${scratch}(s, x, y)` : scratch);
  const files = groups(({ check: [file] }) => file).map(([file, of]) => {
    const names = of.flatMap((opcode) => [dispatch[opcode].check[1], dispatch[opcode].scratch]);
    return imports(
      names.filter((name) => typeof name === 'string'),
      `./${file}`,
    );
  });
  return `${imports([...constants(opcodes), 'STAGE_OPCODE'], '../instructions')}
import { fault } from "../fault";
import { elementBytesOf, holdsBytes, holdsIndices, holdsReals } from "../operand";
import { STAGE } from "../status";
${files.join('\n')}

/** Whether there may be a second operand. */
@inline
export function mayHaveX2(opcode: i32): bool {
  return ${isOneOf(where(({ x2 }) => x2))};
}

/** Whether there must be one. */
@inline
export function mustHaveX2(opcode: i32): bool {
  return ${isOneOf(where(({ x2 }) => x2 === 'required'))};
}

/** Whether padTop is 0 or less: minus the rows of x that are left out above. */
@inline
export function leavesOutRows(opcode: i32): bool {
  return ${isOneOf(where(({ leavesOutRows }) => leavesOutRows))};
}

/** Whether operands have the elements that the kernel reads and writes: bytes, but for a few. x2 is 0 where there is none. */
export function elementsFit(opcode: i32, x: usize, x2: usize, y: usize): bool {
  ${groups(fit).map(returns).join('\n  ')}
  return holdsBytes(x) && holdsBytes(y) && (x2 == 0 || holdsBytes(x2));
}

/** What each kernel wants of its record and operands, so that no row that it is handed leads it outside. */
export function checkRecord(index: i32, s: usize, opcode: i32, x: usize, y: usize): i32 {
  switch (opcode) {
  ${groups(({ check: [, name] }) => `${name}(index, s, x, y)`)
    .map(
      ([value, of]) =>
        `${constants(of)
          .map((name) => `case ${name}:`)
          .join(' ')} return ${value};`,
    )
    .join('\n  ')}
  }
  return fault(STAGE, index, STAGE_OPCODE);
}

/** Bytes of scratch that a kernel wants beside the executor's tables (scratchBytes in src/kernels). */
export function kernelScratch(s: usize, x: usize, y: usize): i64 {
  const opcode = load<i32>(s, STAGE_OPCODE);
  ${groups(scratchOf).map(returns).join('\n  ')}
  return 0;
}`;
}

/** assembly/bounds/reads-beyond.ts: how far the debug build lets a kernel read beyond an operand. */
export function readsBeyondSource({ dispatch, readSlack }) {
  const opcodes = Object.keys(dispatch).filter((opcode) => dispatch[opcode].readsBeyond);
  const line = (opcode) => {
    const { simd, scalar } = dispatch[opcode].readsBeyond;
    if (Math.max(simd, scalar) > readSlack)
      throw new Error(`${opcode} reads further than the slack of ${readSlack} bytes`);
    return `if (${isOneOf([opcode])}) return ${simd === scalar ? simd : `ASC_FEATURE_SIMD ? ${simd} : ${scalar}`};`;
  };
  return `${imports(constants(opcodes), '../instructions')}

/** How many bytes beyond an operand a kernel may read, as it says of itself. */
export function readsBeyond(opcode: i32): i64 {
  ${opcodes.map(line).join('\n  ')}
  return 0;
}`;
}
