import type { Values } from '../format/values.ts';
import { type Graph, operandAt, variablesOf } from './graph.ts';
import type { Node } from './op.ts';
import { shortName } from './short-name.ts';
import type { Quantization, Tensor } from './tensor.ts';

/** A graph as text, one line a tensor or node: what golden files hold. Constants show a checksum of their bytes. */
export function print(graph: Graph): string {
  const lines = [`graph ${graph.name}`];
  const constants = new Set(graph.nodes.flatMap((node) => node.inputs).filter((id) => operandAt(graph, id)?.data));
  for (const id of graph.inputs) lines.push(`input %${id} ${tensorText(graph.tensors[id])}`);
  for (const { name, value, next, initial } of variablesOf(graph)) {
    const change = next === value ? 'unchanged' : `becomes %${next}`;
    lines.push(
      `variable "${shortName(name)}" %${value} ${tensorText(graph.tensors[value])} #${checksum(initial)} ${change}`,
    );
  }
  for (const id of constants) lines.push(`constant %${id} ${tensorText(graph.tensors[id])}`);
  for (const node of graph.nodes) lines.push(...nodeLines(graph, node));
  for (const id of graph.outputs) lines.push(`output %${id}`);
  return `${lines.join('\n')}\n`;
}

function nodeLines(graph: Graph, node: Node): string[] {
  const inputs = node.inputs.map((id) => (id < 0 ? '–' : `%${id}`)).join(', ');
  const outputs = node.outputs.map((id) => `  %${id} ${tensorText(graph.tensors[id])}`);
  return [`${node.index} ${node.op.type}(${inputs}) ${attributesText(node.attributes)}`.trimEnd(), ...outputs];
}

/** Attributes as one line, keys in the order in which they were written. */
function attributesText(attributes: unknown): string {
  const text = JSON.stringify(attributes) ?? '';
  return text === '{}' ? '' : text.replaceAll('"', '');
}

function tensorText({ name, dtype, shape, fileShape, perImage, quantization, data }: Tensor): string {
  const parts = [`"${shortName(name)}" ${dtype}[${shape}]`];
  if (String(fileShape) !== String(shape)) parts.push(`file[${fileShape}]`);
  if (!perImage && !data) parts.push('once');
  if (quantization) parts.push(quantizationText(quantization));
  if (data) parts.push(`#${checksum(data)}`);
  return parts.join(' ');
}

function quantizationText({ scale, zeroPoint, axis }: Quantization): string {
  const first = `${Number(scale[0].toPrecision(9))}`;
  if (scale.length === 1) return `scale ${first} zero ${zeroPoint[0]}`;
  const zeros = zeroPoint.every((value) => value === 0) ? '0' : `${zeroPoint[0]}…`;
  return `scales ${first}… (${scale.length} of axis ${axis}) zero ${zeros}`;
}

/** FNV-1a, 32 bits. */
function checksum(data: Values): string {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
