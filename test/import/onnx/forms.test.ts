import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { importFile } from '../../../src/compiler/import-file.ts';
import type { Values } from '../../../src/format/values.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import { perTensor, type Tensor, type TensorId } from '../../../src/graph/tensor.ts';
import { evaluateQuantized } from '../../../src/ops/evaluate.ts';
import { quantize } from '../../../src/quantize/quantize.ts';
import { quantizeValues } from '../../../src/quantize/range.ts';
import { floatEngine } from '../../support/float.ts';
import { int8Engine } from '../../support/int8-engine.ts';
import { describeShared } from '../../support/shared-data.ts';
import { networks } from '../network-parity.ts';
import { imagesOf } from '../pytorch/nchw.ts';

/** int8 tensors of two graphs with the same nodes, side by side. */
function pairsOf(a: Graph, b: Graph): readonly (readonly [Tensor, Tensor])[] {
  expect(b.nodes.map(({ op, attributes }) => [op.type, attributes])).toEqual(
    a.nodes.map(({ op, attributes }) => [op.type, attributes]),
  );
  return a.nodes.flatMap((node, k) => {
    const others = [...b.nodes[k].inputs, ...b.nodes[k].outputs];
    return [...node.inputs, ...node.outputs].flatMap((id, i) =>
      id < 0 ? [] : [[a.tensors[id], b.tensors[others[i]]] as const],
    );
  });
}

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

/** The furthest that a layer of `b` is from that of `a`, each fed what `a` computed. */
function furthestLayer(a: Graph, b: Graph, input: Int8Array): number {
  const made = new Map<TensorId, Values>([[a.inputs[0], input]]);
  evaluateQuantized(a)([input], (id, values) => void made.set(id, values.slice()));
  return a.nodes.reduce((most, node, k) => {
    const own = b.nodes[k];
    const inputs = own.inputs.filter((id) => id >= 0 && !b.tensors[id].data);
    const fed = node.inputs.filter((id) => id >= 0 && !a.tensors[id].data).map((id) => made.get(id) as Int8Array);
    const [ours] = evaluateQuantized({ ...b, nodes: [own], inputs, outputs: own.outputs })(fed);
    return Math.max(most, furthest(ours as Int8Array, made.get(node.outputs[0]) as Int8Array));
  }, 0);
}

describeShared('the forms of one network', (data) => {
  const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${data}pytorch/${name}`));
  const quantized = async (file: string, images: readonly Float32Array[]): Promise<Graph> =>
    quantize(
      await importFile(bytesOf(file), file),
      images.map((image) => [image]),
      { evaluate: await floatEngine(), method: 'min-max' },
    ).graph;

  it.each(networks)('%s: quantised, forms with folded normalisations are within one step', async (name, size) => {
    const images = imagesOf(new Float32Array(bytesOf(`${name}.in.f32.bin`).buffer), [8, 3, size, size]).slice(0, 3);
    const pt2 = await quantized(`${name}.pt2`, images);
    const { scale, zeroPoint } = perTensor(pt2.tensors[pt2.inputs[0]]);
    const x = quantizeValues(images[2], scale, zeroPoint);
    for (const form of ['opset13', 'dynamo']) {
      const onnx = await quantized(`${name}.${form}.onnx`, images);
      for (const [a, b] of pairsOf(pt2, onnx)) {
        expect(b.quantization?.zeroPoint).toEqual(a.quantization?.zeroPoint);
        const scales = a.quantization?.scale ?? [];
        expect(furthest(b.quantization?.scale ?? [], scales)).toBeLessThanOrEqual(1e-5 * Math.max(...scales, 0));
        if (a.dtype === 'i8' && a.data)
          expect(furthest(a.data as Int8Array, b.data as Int8Array)).toBeLessThanOrEqual(1);
      }
      expect(furthestLayer(pt2, onnx, x)).toBeLessThanOrEqual(1);
      const [simd, scalar, reference] = [int8Engine(), int8Engine('scalar'), evaluateQuantized].map(
        (run) => run(onnx)([x])[0],
      );
      expect(simd).toEqual(reference);
      expect(scalar).toEqual(reference);
      expect(new Set(reference as Int8Array).size).toBeGreaterThan(3);
    }
  });

  it('litenet: forms with normalisations left give the bytes of its network', async () => {
    const images = imagesOf(new Float32Array(bytesOf('litenet.in.f32.bin').buffer), [8, 3, 48, 48]);
    const [a, b] = [await quantized('litenet.pt2', images), await quantized('litenet.torch26.pt2', images)];
    for (const [own, other] of pairsOf(a, b))
      expect([other.quantization, other.data]).toEqual([own.quantization, own.data]);
  });
});
