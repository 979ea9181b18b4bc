import { expect, it } from 'vitest';
import { operandFields } from '../../src/format/instructions.ts';
import { type Status, statuses } from '../../src/format/status.ts';
import { statusError } from '../../src/runtime/status-error.ts';
import { fakeEngine, modelFile } from './fake-engine.ts';

const file = modelFile([], []);

function errorFor(status: Status, index: number, offset: number) {
  const engine = { ...fakeEngine(file, { rows: 1, run: () => 0 }), detail: (i: number) => (i === 0 ? index : offset) };
  return statusError(engine, statuses.indexOf(status), file, 'a.lbm');
}

it('names the operand and its field', () => {
  const error = errorFor('operand', 3, operandFields.indexOf('rowBytes') * 4);
  expect(error).toMatchObject({ code: 'file-invalid', message: 'a.lbm: operand 3: its field rowBytes does not fit' });
});

it("names the stage as the user's file does, and the field of its record", () => {
  expect(errorFor('stage', 0, 4).message).toBe('a.lbm: stage 0, CONV_2D "features/3": its field y does not fit');
  expect(errorFor('stage', 9, 4).message).toBe('a.lbm: stage 9: its field at byte 4 does not fit');
});

it('lists the opcodes that an engine lacks', () => {
  expect(errorFor('features', 0b110, 0)).toMatchObject({ code: 'unsupported' });
  expect(errorFor('features', 0b110, 0).message).toContain('the engine has no gemm, depthwise');
});

it('has a message for every status', () => {
  for (const status of statuses.slice(1)) expect(errorFor(status, 0, 0).message).toMatch(/^a\.lbm: .{10}/);
  expect(statusError(fakeEngine(file, { rows: 1, run: () => 0 }), 99, file, 'a.lbm').code).toBe('engine');
});
