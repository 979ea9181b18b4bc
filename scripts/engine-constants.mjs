/** gemm → GEMM, padLeft → PAD_LEFT. */
export const constant = (name) => name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();

const line = (name, value) => `export const ${name}: i32 = ${value};`;

/** assembly/instructions.ts: sizes, and a constant for each field and opcode. */
export function constantSource(spec) {
  const lines = [
    '// Fields are byte offsets in a record.',
    line('RECORD_BYTES', spec.recordWords * 4),
    line('OPERAND_BYTES', spec.operandWords * 4),
    line('MODEL_BASE', spec.modelBase),
    line('READ_SLACK', spec.readSlack),
    '',
    ...spec.operandFields.map((field, i) => line(`OPERAND_${constant(field)}`, i * 4)),
    '',
    ...spec.dtypes.map((dtype, i) => line(`DTYPE_${dtype.toUpperCase()}`, i)),
    ...Object.entries(spec.rowKinds).map(([name, value]) => line(`ROWS_${constant(name)}`, value)),
    ...Object.entries(spec.requantizeForms).map(([name, value]) => line(`FORM_${constant(name)}`, value)),
    '',
    ...spec.headerFields.map((field, i) => line(`STAGE_${constant(field)}`, i * 4)),
    '',
    line('OPCODES', spec.opcodes.length),
    ...spec.opcodes.map((opcode, i) => line(`OP_${constant(opcode)}`, i)),
  ];
  for (const [opcode, fields] of Object.entries(spec.instructions)) {
    if (spec.fieldsOf(opcode).length > spec.recordWords)
      throw new Error(`${opcode} has more fields than a record has words`);
    if (fields.length > 0) lines.push('');
    fields.forEach((field, i) => {
      lines.push(line(`${constant(opcode)}_${constant(field)}`, (spec.headerFields.length + i) * 4));
    });
  }
  return lines.join('\n');
}
