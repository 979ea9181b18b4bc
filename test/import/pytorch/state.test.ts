import { readdirSync, readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { importFile, importUnlowered } from '../../../src/compiler/import-file.ts';
import type { Quantization } from '../../../src/graph/tensor.ts';
import { importPt2 } from '../../../src/import/pytorch/import-pt2.ts';
import { evaluateQuantized } from '../../../src/ops/evaluate.ts';
import { evaluateFloat } from '../../../src/ops/evaluate-float.ts';
import { quantize } from '../../../src/quantize/quantize.ts';
import { floatEngine } from '../../support/float.ts';
import { int8Engine } from '../../support/int8-engine.ts';
import { refusal } from '../refusal.ts';
import type { Json } from './changed-program.ts';
import { imagesOf, relativeError } from './nchw.ts';
import { archive } from './zip.ts';

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Programs whose buffers change, and outputs of PyTorch for inputs in a sequence (scripts/make-pytorch-cases.py). */
const folder = 'test/data/pytorch/state';
const { cases } = JSON.parse(readFileSync(`${folder}/cases.json`, 'utf8')) as {
  readonly cases: Readonly<Record<string, { readonly inputs: readonly Values[]; readonly outputs: readonly Values[] }>>;
};
const tolerance = 1e-5;
const tiers = [int8Engine('simd'), int8Engine('scalar')] as const;

const asGiven = ({ shape, data }: Values): Float32Array =>
  imagesOf(Float32Array.from(data), shape.length === 4 ? shape : [1, data.length])[0];
const asRows = ({ shape, data }: Values): Float32Array => imagesOf(Float32Array.from(data), shape)[0];

it('has every program that there is a case for, and no other', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.pt2'));
  expect(files.sort()).toEqual(
    Object.keys(cases)
      .map((name) => `${name}.pt2`)
      .sort(),
  );
});

describe.each(Object.entries(cases))('%s', (name, { inputs, outputs }) => {
  const bytes = new Uint8Array(readFileSync(`${folder}/${name}.pt2`));

  it.each([
    ['as it was imported', importUnlowered, () => evaluateFloat],
    ['folded and fused', importFile, () => evaluateFloat],
    ['on the float engine', importFile, floatEngine],
  ] as const)('gives the values of PyTorch one after the other, %s', async (_, read, evaluator) => {
    const graph = await read(bytes, name);
    expect(graph.variables?.length).toBeGreaterThan(0);
    const run = (await evaluator())(graph);
    for (const [i, input] of inputs.entries()) {
      const [made] = run([asRows(input)]);
      const theirs = asGiven(outputs[i]);
      expect(made.length).toBe(theirs.length);
      expect(relativeError(made, theirs)).toBeLessThan(tolerance);
    }
    // Whoever forgets gives another answer for the same input, and so would a constant one.
    const fresh = (await evaluator())(graph);
    const [forgetful] = fresh([asRows(inputs[3])]);
    expect(relativeError(forgetful, asGiven(outputs[3]))).toBeGreaterThan(100 * tolerance);
  });
});

/** The program of a case with its graph changed. */
function changed(name: string, change: (program: Json) => void): Uint8Array {
  const files = unzipSync(new Uint8Array(readFileSync(`${folder}/${name}.pt2`)));
  const path = Object.keys(files).find((file) => /models\/.*\.json$/.test(file)) as string;
  const program = JSON.parse(new TextDecoder().decode(files[path]));
  change(program);
  return archive({ ...files, [path]: JSON.stringify(program) });
}
const becomes = (name: string) => (program: Json) => {
  const { output_specs: outputs } = program.graph_module.signature;
  outputs.find((spec: Json) => spec.buffer_mutation).buffer_mutation.arg.name = name;
};

describe('state that does not hold together', () => {
  it.each<readonly [what: string, name: string, change: (program: Json) => void, message: RegExp]>([
    [
      'becomes what no node makes',
      'past-functional',
      becomes('nothing'),
      /variable "past": no node makes "nothing", which it becomes/,
    ],
    [
      'becomes another shape',
      'past-functional',
      becomes('relu'),
      /variable "past": it has the shape \[1, 4, 2\], and becomes \[1, 3, 5\]/,
    ],
    [
      'becomes a constant',
      'past-functional',
      becomes('p_conv_weight'),
      /variable "past": what it becomes is a constant/,
    ],
    [
      'is whole numbers that outputs come from',
      'shifted',
      (program) => {
        const { graph, signature } = program.graph_module;
        graph.outputs = [{ as_tensor: { name: 'add_' } }];
        signature.output_specs.find((spec: Json) => spec.user_output).user_output.arg.as_tensor.name = 'add_';
      },
      /buffer "steps": it holds whole numbers/,
    ],
    [
      'is written to by way of a view that is not known',
      'shifted',
      (program) => {
        for (const node of program.graph_module.graph.nodes) {
          if (node.target.includes('slice')) node.inputs.push({ name: 'step', arg: { as_int: 2 }, kind: 1 });
        }
      },
      /every 2th element/,
    ],
  ])('%s: refused by its name', (_, name, change, message) => {
    const error = refusal(() => importPt2(changed(name, change), 'net.pt2'));
    expect(error.code).toBe('unsupported');
    expect(error.message).toMatch(message);
  });

  it('refuses a batch, whose images would share it', () => {
    const bytes = changed('past', (program) => {
      for (const [key, meta] of Object.entries<Json>(program.graph_module.graph.tensor_values))
        if (key === 'x') meta.sizes[0].as_int = 2;
    });
    expect(refusal(() => importPt2(bytes, 'net.pt2')).message).toMatch(
      /keeps state from run to run, but has a batch of 2/,
    );
  });
});

it('keeps its state in int8, with the same bytes on both tiers', async () => {
  for (const [name, { inputs }] of Object.entries(cases)) {
    const graph = await importFile(new Uint8Array(readFileSync(`${folder}/${name}.pt2`)), name);
    const images = inputs.map((input) => [asRows(input)]);
    const { graph: int8 } = quantize(graph, images, { evaluate: evaluateFloat, evaluateQuantized });
    const [reference, simd, scalar] = [evaluateQuantized, ...tiers].map((start) => start(int8));
    const given = int8.tensors[int8.inputs[0]].quantization as Quantization;
    const answers = images.map(([image]) => {
      const x = Int8Array.from(image, (value) => Math.round(value / given.scale[0]) + given.zeroPoint[0]);
      const [[y], [first], [second]] = [reference([x]), simd([x]), scalar([x])];
      expect(first).toEqual(y);
      expect(second).toEqual(y);
      return String(y);
    });
    expect(new Set(answers).size).toBe(answers.length);
  }
});
