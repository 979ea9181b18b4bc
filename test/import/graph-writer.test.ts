import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { verify } from '../../src/graph/verify.ts';
import { GraphWriter } from '../../src/import/graph-writer.ts';
import { placeInFile } from '../../src/import/problems.ts';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { add } from '../../src/ops/add.ts';
import { catalogue } from '../../src/ops/catalogue.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { lower } from '../../src/passes/lower.ts';
import { refusal } from './refusal.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** How often operators were asked for the shapes of nodes while something ran: a check of a node asks once. */
function checksIn<T>(run: () => T): { readonly checks: number; readonly result: T } {
  const spies = catalogue.map((op) => vi.spyOn(op, 'outputShapes'));
  const result = run();
  const checks = spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  vi.restoreAllMocks();
  return { checks, result };
}

describe('a graph on the way from a file to a compiled model', () => {
  const digits = 'test/data/litenet_digits/litenet_digits_int8.tflite';
  const read = (shape?: readonly number[]): Graph =>
    importTflite(readFileSync(digits), digits, shape ? { shapes: { [inputName]: shape } } : {});
  const inputName = importTflite(readFileSync(digits), digits).tensors[0]?.name as string;

  it('has each node checked once when it is imported, with shapes of the file or inferred ones', () => {
    const declared = checksIn(() => read());
    expect(declared.result.nodes.length).toBeGreaterThan(5);
    expect(declared.checks).toBe(declared.result.nodes.length);
    const inferred = checksIn(() => read([1, 8, 8, 1]));
    expect(inferred.checks).toBe(inferred.result.nodes.length);
    expect(() => verify(declared.result)).not.toThrow();
  });

  it('is not verified again before the first pass, only after a pass that changes it', () => {
    const lowered = lower(read());
    expect(checksIn(() => lower(lowered))).toEqual({ checks: 0, result: lowered });
  });
});

describe('the graph writer', () => {
  const half = quantizedBy(0.5, 3);
  const words = { code: 'unsupported', place: placeInFile } as const;
  const site = (node: number, name: string, inserted?: true) => ({ node, op: 'RESHAPE', name, inserted });
  const tensor = (name: string, shape: readonly number[], quantization = half) =>
    ({ name, dtype: 'i8', shape, fileShape: shape, perImage: true, quantization }) as const;

  it('gives an activation whose shape is pending the one that its node makes, in as many axes as the file has', () => {
    const writer = new GraphWriter('g', 'g.file', 2);
    const x = writer.input(writer.declare({ ...tensor('x', [1, 2, 3, 4]), fileShape: [2, 2, 3, 4] }));
    const y = writer.declare({ ...tensor('y', [1, 1, 1, 1]), fileShape: [-1, -1] }, { pending: true });
    expect([writer.isPending(y), writer.hasPending]).toEqual([true, true]);
    writer.write(site(0, 'y'), reshape, { shape: [1, 1, 1, 24] }, [x], y);
    writer.output(y);
    expect(writer.hasPending).toBe(false);
    expect(writer.finish(words).tensors[y]).toMatchObject({ shape: [1, 1, 1, 24], fileShape: [2, 24] });
  });

  it('reports everything that is wrong with its nodes at once, and goes on', () => {
    const writer = new GraphWriter('g', 'g.file');
    const x = writer.input(writer.declare(tensor('x', [1, 1, 1, 4])));
    const a = writer.declare(tensor('a', [1, 1, 2, 1]));
    const b = writer.declare(tensor('b', [1, 1, 1, 4], quantizedBy(0.25, 3)));
    writer.write(site(0, 'a'), reshape, { shape: [1, 1, 1, 4] }, [x], a);
    writer.write(site(1, 'b'), reshape, { shape: [1, 1, 1, 4] }, [x], b);
    expect(refusal(() => writer.finish(words)).problems.map(({ node, what }) => `${node} ${what}`)).toEqual([
      '0 it gives [1,1,1,4] per image, but the file declares [1,1,2,1]',
      '1 its input and output differ in type, scale or zero point (they must be equal)',
    ]);
  });

  it('prints what is wrong with a node that the file does not have where nothing else is', () => {
    const faulty = (more: boolean) => {
      const writer = new GraphWriter('g', 'g.file');
      const x = writer.input(writer.declare(tensor('x', [1, 1, 1, 4])));
      const y = writer.declare(tensor('y', [1, 1, 1, 4], quantizedBy(0.25, 3)));
      writer.write(site(7, 'y', true), reshape, { shape: [1, 1, 1, 4] }, [x], y);
      if (more) writer.problem(site(8, 'z'), 'is another');
      writer.output(y);
      return refusal(() => writer.finish(words)).problems.map(({ node }) => node);
    };
    expect([faulty(false), faulty(true)]).toEqual([[7], [8]]);
  });

  it('does not check nodes of a tensor that was reported', () => {
    const writer = new GraphWriter('g', 'g.file');
    const x = writer.input(writer.declare(tensor('x', [1, 1, 1, 4]), { broken: true }));
    writer.problem(site(-1, 'x'), 'is state');
    writer.write(site(0, 'y'), reshape, { shape: [1, 1, 1, 5] }, [x], writer.declare(tensor('y', [1, 1, 1, 5])));
    expect(refusal(() => writer.finish(words)).problems).toHaveLength(1);
  });

  it('refuses a node that has an operand too few, or a graph that contradicts itself', () => {
    const writer = new GraphWriter('g', 'g.file');
    const x = writer.input(writer.declare(tensor('x', [1, 1, 1, 4])));
    writer.write(site(0, 'y'), add, { activation: 'none' }, [x, -1], writer.declare(tensor('y', [1, 1, 1, 4])));
    expect(refusal(() => writer.finish(words)).message).toMatch(/^g\.file: node 0 RESHAPE "y": it has no /);
    const unmade = new GraphWriter('g', 'g.file');
    unmade.output(unmade.declare(tensor('y', [1, 1, 1, 4])));
    const { code, message } = refusal(() => unmade.finish(words));
    expect([code, message]).toEqual(['graph-invalid', 'g.file: the graph output "y" is made by no node']);
  });
});
