import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bundle } from '../../src/bundle/bundle.ts';
import * as compiler from '../../src/compiler/index.ts';
import { loadFloatEngine } from '../../src/float/float-engine.ts';
import { isModel, memoryBytesOf, readHeader, readModel, writeModel } from '../../src/format/index.ts';
import { list, listener, object, refusesWrong, type WrongPlace } from '../support/wrong-values.ts';

/** Callers without types: whatever they give, every public function throws a LiteBlockError that says what it expected. */

const path = 'test/data/litenet_digits/litenet_digits_int8.tflite';
const tflite = new Uint8Array(readFileSync(path));
const graph = compiler.importModel(tflite, 'digits');
const { bytes } = compiler.compile(graph);
const json = readFileSync('examples/networks/litenet-digits.json', 'utf8');
const float = compiler.importSeeded(json, 1);
const image = [new Float32Array(64).fill(0.5).map((value, i) => value * (i % 3))];
const evaluate = compiler.evaluateFloat;
const quantized = compiler.quantize(float, [image], { evaluate });
const evaluators = { evaluateFloat: evaluate, evaluateQuantized: compiler.evaluateQuantized };
const engine = new Uint8Array(readFileSync('build/engine.simd.wasm'));
const network = compiler.parseNetwork(json, 'network.json');
const weights = compiler.seededWeights(network, 1);

const nothings = [null, undefined, 7, 'x', true, Symbol('s'), 1n, list, object, listener, new Date(0)];

type Any = (...args: readonly unknown[]) => unknown;
const any = (fn: unknown): Any => fn as Any;

/** Calls with one wrong argument; those of `but` are right in this place. */
const places: readonly WrongPlace[] = [
  ['importModel: bytes', (wrong) => any(compiler.importModel)(wrong, 'm')],
  ['importModel: source', (wrong) => any(compiler.importModel)(tflite, wrong), ['x']],
  ['importModel: options', (wrong) => any(compiler.importModel)(tflite, 'm', wrong), [undefined, object]],
  ['importModel: shapes', (wrong) => any(compiler.importModel)(tflite, 'm', { shapes: wrong }), [undefined, object]],
  ['importModel: a shape', (wrong) => any(compiler.importModel)(tflite, 'm', { shapes: { x: wrong } })],
  ['importModel: a size', (wrong) => any(compiler.importModel)(tflite, 'm', { shapes: { x: [1, wrong] } })],
  ['importNetwork: json', (wrong) => any(compiler.importNetwork)(wrong, new Uint8Array(8))],
  ['importNetwork: weights', (wrong) => any(compiler.importNetwork)(json, wrong)],
  ['importNetwork: sources', (wrong) => any(compiler.importNetwork)(json, new Uint8Array(8), wrong)],
  ['importSeeded: json', (wrong) => any(compiler.importSeeded)(wrong, 1)],
  ['importSeeded: seed', (wrong) => any(compiler.importSeeded)(json, wrong), [7]],
  ['importSeeded: sources', (wrong) => any(compiler.importSeeded)(json, 1, wrong), [undefined, object]],
  ['parseNetwork: json', (wrong) => any(compiler.parseNetwork)(wrong, 'n')],
  ['parseNetwork: name', (wrong) => any(compiler.parseNetwork)({ ...JSON.parse(json), name: wrong }, 'n'), ['x']],
  ['network: source', (wrong) => any(compiler.network)(wrong)],
  ['networkGraph: network', (wrong) => any(compiler.networkGraph)(wrong, weights)],
  ['networkGraph: weights', (wrong) => any(compiler.networkGraph)(network, wrong)],
  ['parametersOf: network', (wrong) => any(compiler.parametersOf)(wrong)],
  ['seededWeights: network', (wrong) => any(compiler.seededWeights)(wrong, 1)],
  ['lower: graph', (wrong) => any(compiler.lower)(wrong)],
  ['lower: observe', (wrong) => any(compiler.lower)(float, wrong), [undefined, listener]],
  ['compile: graph', (wrong) => any(compiler.compile)(wrong)],
  ['compile: options', (wrong) => any(compiler.compile)(graph, wrong), [undefined, object]],
  ['compile: evaluate', (wrong) => any(compiler.compile)(graph, { evaluate: wrong }), [undefined, listener]],
  ['compile: labels', (wrong) => any(compiler.compile)(graph, { labels: wrong }), [undefined, list]],
  ['compile: a label', (wrong) => any(compiler.compile)(graph, { labels: Array(10).fill(wrong) }), ['x']],
  ['compile: preprocessing', (wrong) => any(compiler.compile)(graph, { preprocessing: wrong }), [undefined]],
  ['compile: mean', (wrong) => any(compiler.compile)(graph, { preprocessing: { mean: wrong, std: [1] } })],
  ['compile: schedule', (wrong) => any(compiler.compile)(graph, { schedule: wrong }), [undefined]],
  ['compile: ramBytes', (wrong) => any(compiler.compile)(graph, { ramBytes: wrong }), [undefined]],
  ['compile: ramBytes 0 or more', (wrong) => any(compiler.compile)(graph, { ramBytes: [wrong] })],
  ['compile: a step', (wrong) => any(compiler.compile)(graph, { schedule: [wrong] })],
  ['compile: the result of evaluate', (wrong) => any(compiler.compile)(graph, { evaluate: () => wrong }), [listener]],
  ['compile: what a run returns', (wrong) => any(compiler.compile)(graph, { evaluate: () => () => wrong })],
  ['compile: an output', (wrong) => any(compiler.compile)(graph, { evaluate: () => () => [wrong] })],
  ['compile: capacities', (wrong) => any(compiler.compile)(graph, { capacities: wrong }), [undefined]],
  ['quantize: graph', (wrong) => any(compiler.quantize)(wrong, [image], { evaluate })],
  ['quantize: images', (wrong) => any(compiler.quantize)(float, wrong, { evaluate })],
  ['quantize: an image', (wrong) => any(compiler.quantize)(float, [wrong], { evaluate })],
  ['quantize: values', (wrong) => any(compiler.quantize)(float, [[wrong]], { evaluate })],
  ['quantize: options', (wrong) => any(compiler.quantize)(float, [image], wrong)],
  ['quantize: evaluate', (wrong) => any(compiler.quantize)(float, [image], { evaluate: wrong }), [listener]],
  ['quantize: method', (wrong) => any(compiler.quantize)(float, [image], { evaluate, method: wrong }), [undefined]],
  [
    'quantize: the result of evaluate',
    (wrong) => any(compiler.quantize)(float, [image], { evaluate: () => wrong }),
    [listener],
  ],
  ['report: graph', (wrong) => any(compiler.report)(wrong, quantized, [image], evaluators)],
  ['report: quantized', (wrong) => any(compiler.report)(float, wrong, [image], evaluators)],
  ['report: images', (wrong) => any(compiler.report)(float, quantized, wrong, evaluators), [list]],
  ['report: options', (wrong) => any(compiler.report)(float, quantized, [image], wrong)],
  ['evaluateFloat: graph', (wrong) => any(compiler.evaluateFloat)(wrong)],
  ['evaluateFloat: inputs', (wrong) => any(compiler.evaluateFloat(float))(wrong)],
  ['evaluateQuantized: graph', (wrong) => any(any(compiler.evaluateQuantized)(wrong))([])],
  ['evaluateQuantized: an input', (wrong) => any(compiler.evaluateQuantized(graph))([wrong])],
  ['printPlan: plan', (wrong) => any(compiler.printPlan)(wrong)],
  ['writeModel: model', (wrong) => any(writeModel)(wrong)],
  ['memoryBytesOf: fileBytes', (wrong) => any(memoryBytesOf)(wrong, 8), [7]],
  ['memoryBytesOf: ramBytes', (wrong) => any(memoryBytesOf)(8, wrong), [7]],
  ['evaluateQuantized: inputs', (wrong) => any(compiler.evaluateQuantized(graph))(wrong)],
  ['bundle: model', (wrong) => any(bundle)(wrong, engine)],
  ['bundle: engine', (wrong) => any(bundle)(bytes, wrong)],
  ['loadFloatEngine: module', (wrong) => any(loadFloatEngine)(wrong)],
  ['readHeader: bytes', (wrong) => any(readHeader)(wrong)],
  ['readModel: bytes', (wrong) => any(readModel)(wrong)],
];

refusesWrong(places, nothings);

it('isModel is false for anything but bytes', () => {
  for (const wrong of nothings) expect(any(isModel)(wrong)).toBe(false);
  expect(isModel(bytes)).toBe(true);
});

it.each(['inputs', 'outputs'] as const)('a graph without %s is refused before it is planned', (side) => {
  expect(() => compiler.compile({ ...graph, [side]: [] })).toThrow(
    expect.objectContaining({ code: 'graph-invalid', message: `${graph.name}: the graph has no ${side}` }),
  );
});

it('a module that is not the float engine is refused with what it lacks', async () => {
  await expect(loadFloatEngine(engine)).rejects.toMatchObject({
    code: 'engine',
    message: expect.stringMatching(/^loadFloatEngine: the module is not the float engine: no export product, gather/),
  });
  await expect(loadFloatEngine(new Uint8Array(9))).rejects.toMatchObject({ code: 'engine' });
});

it('a graph that is not float, and values that are too few, are refused in words', () => {
  expect(() => compiler.evaluateFloat(graph)).toThrow(expect.objectContaining({ code: 'unsupported' }));
  expect(() => compiler.evaluateFloat(float)([new Float32Array(3)])).toThrow(
    expect.objectContaining({ code: 'input', message: 'input "input" is given 3 values (64)' }),
  );
  expect(() => compiler.evaluateQuantized(graph)([new Int8Array(3)])).toThrow(
    expect.objectContaining({ code: 'input', message: expect.stringContaining('3 values in Int8Array (64 in') }),
  );
});
