import { expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { elements, noPadding } from '../../src/graph/tensor.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { depthwiseConv2d } from '../../src/ops/depthwise-conv2d.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { selectChannels } from '../../src/ops/select-channels.ts';
import { slice } from '../../src/ops/slice.ts';
import { lower } from '../../src/passes/lower.ts';
import { shuffled } from '../cases/select-channels.ts';
import { loaded, raw, runOnce, tiers } from '../support/engine.ts';
import { checkPlan } from '../support/plan-checker.ts';
import { bytesOf, inputsOf } from '../support/values.ts';

const own = { quantization: quantizedBy(0.05, -7) };
const linear = { stride: [1, 1], dilation: [1, 1], activation: 'relu', scaleProduct: 'f64' } as const;
const around = { top: 1, left: 1, bottom: 1, right: 1 };

/** x, split; a half through 1×1, 3×3 depthwise and 1×1; both side by side, shuffled. */
function unit(build: GraphBuilder, x: TensorId, channels: number): TensorId {
  const half = channels / 2;
  const weights = (shape: readonly number[]): TensorId => {
    const data = bytesOf(channels + shape.length, elements(shape)).map((value) => Math.max(value, -127));
    return build.constant('w', shape, data, quantizedBy(0.004, 0));
  };
  const pointwise = (id: TensorId): TensorId => {
    const attributes = { ...linear, padding: noPadding, groups: 1 };
    return build.add(conv2d, attributes, [id, weights([half, 1, 1, half])], own);
  };
  const part = (first: number): TensorId => build.add(slice, { begin: [0, 0, first], size: [6, 5, half] }, [x], own);
  const [kept, rest] = [part(0), part(half)];
  const depthwise = build.add(
    depthwiseConv2d,
    { ...linear, padding: around },
    [pointwise(rest), weights([3, 3, half])],
    own,
  );
  const both = [kept, pointwise(depthwise)];
  const inOrder = Array.from({ length: channels }, (_, c) => c);
  const joined = build.add(selectChannels, { order: inOrder }, both, own);
  return build.add(selectChannels, { order: shuffled(channels, 2) }, [joined], own);
}

function units(count: number, channels: number): Graph {
  const build = new GraphBuilder('units');
  let x = build.input('x', [1, 6, 5, channels], own.quantization);
  for (let i = 0; i < count; i++) x = unit(build, x, channels);
  build.output(x);
  return build.build();
}

it('runs a unit that splits, concatenates and shuffles in one step beside its convolutions', () => {
  const { model, plan } = compile(lower(units(2, 34)));
  const opcodes = model.stages.map(({ opcode }) => opcode).filter((opcode) => opcode !== 'fill');
  const each = ['gemm', 'depthwise', 'gemm', 'select'];
  expect(opcodes).toEqual([...each, ...each]);
  const names = plan.buffers.map(({ name }) => name);
  expect(names).toContain('SelectChannels_6 ⊃ Slice_7 ⊃ Slice_8');
});

it.each([6, 16, 34, 58])('gives the bytes of the references with %i channels', (channels) => {
  const graph = units(2, channels);
  const lowered = lower(graph);
  const inputs = inputsOf(graph);
  const expected = evaluate(graph, inputs).outputs.map(raw);
  const { bytes, plan } = compile(lowered);
  checkPlan(lowered, plan);
  for (const tier of tiers) {
    for (const poison of [0xaa, 0x55]) expect(runOnce(loaded(tier, bytes, poison), inputs)).toEqual(expected);
  }
});
