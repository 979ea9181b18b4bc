import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { viewOf } from '../../src/graph/graph.ts';
import { elements } from '../../src/graph/tensor.ts';
import { readSafetensors } from '../../src/import/safetensors/read-safetensors.ts';
import { networkGraph, parametersOf } from '../../src/network/network-graph.ts';
import { parseNetwork } from '../../src/network/parse.ts';
import { seededWeights } from '../../src/network/seeded-weights.ts';
import { lower } from '../../src/passes/lower.ts';

const folder = 'examples/networks';
const readme = readFileSync(`${folder}/README.md`, 'utf8');
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const grouped = (value: number): string => value.toLocaleString('en-US');

describe.each(files)('%s', (file) => {
  const network = parseNetwork(readFileSync(`${folder}/${file}`, 'utf8'), file);
  const graph = lower(networkGraph(network, seededWeights(network, 1)));

  it('has the figures that README.md tells, and few enough MACs for the references', () => {
    const macs = graph.nodes.reduce((sum, node) => sum + node.op.macs(viewOf(graph, node)), 0);
    const trained = parametersOf(network).filter(({ name }) => !/running_(mean|var)$/.test(name));
    const parameters = trained.reduce((sum, { shape }) => sum + elements(shape), 0);
    const { channels, height, width } = network.input;
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${file}\` |`));
    expect(row).toMatch(`| ${channels}×${height}×${width} | ${grouped(macs)} | ${grouped(parameters)} |`);
    expect(macs).toBeLessThan(6e6);
  });
});

it.each(['digits', 'mnist', 'cifar'])('the weights of LiteNet for %s are those of its network.json', (name) => {
  const network = parseNetwork(readFileSync(`${folder}/litenet-${name}.json`, 'utf8'), name);
  const weights = readFileSync(`test/data/litenet_${name}/litenet_${name}.safetensors`);
  expect(networkGraph(network, readSafetensors(weights, name)).nodes.length).toBeGreaterThan(20);
});
