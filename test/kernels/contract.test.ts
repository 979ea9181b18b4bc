import { describe, expect, it } from 'vitest';
import { headerFields, instructions, type Opcode } from '../../src/format/instructions.ts';
import { viewOf } from '../../src/graph/graph.ts';
import { type Kernel, type Node, scratchBytesOf } from '../../src/graph/op.ts';
import { select } from '../../src/pack/select.ts';
import { catalogue } from '../cases/catalogue.ts';
import { dataSection } from './views.ts';

/** What every kernel owes to the packer, on every graph of its operator's file in test/cases that has one node. */

const cases = catalogue.map(({ op, rings = {}, whole = [], hostile }) => {
  const graphs = [...Object.values(rings), ...whole, ...hostile].filter(({ nodes }) => nodes.length === 1);
  const nodes = graphs.map((graph) => ({
    name: graph.name,
    kernel: select(graph)[0] as Kernel,
    view: viewOf(graph, graph.nodes[0] as Node),
  }));
  return { type: op.type, op, nodes };
});

describe.each(cases)('$type', ({ op, nodes }) => {
  it.each(nodes)('$name writes every field of its record and none of the header', ({ kernel, view }) => {
    expect(kernel.refuses(view)).toBeUndefined();
    const words = kernel.pack(view, dataSection());
    expect(Object.keys(words).sort()).toEqual([...instructions[kernel.opcode as Opcode]].sort());
    for (const field of headerFields) expect(words).not.toHaveProperty(field);
    for (const word of Object.values(words)) expect(word).toBe(word | 0);
  });

  it.each(nodes)('$name asks for whole vectors of scratch', ({ kernel, view }) => {
    expect(scratchBytesOf(kernel, view, 1) % 16).toBe(0);
  });

  it('has a case for each of its kernels', () => {
    expect(new Set(nodes.map(({ kernel }) => kernel))).toEqual(new Set(op.kernels));
  });
});

it('has a kernel for every opcode but fill, which the packer makes itself', () => {
  const opcodes = cases.flatMap(({ nodes }) => nodes.map(({ kernel }) => kernel.opcode));
  expect(new Set(['fill', ...opcodes])).toEqual(new Set(Object.keys(instructions)));
});
