// npm run bench:float: times float execution in Node, one thread: an image's processor and wall time, and where it goes by
// operator. Arguments are network.json files, which get seeded weights; without any, those of examples/networks.
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importSeeded } from '../dist/compiler/import-network.js';
import { loadFloatEngine } from '../dist/float/float-engine.js';
import { viewOf } from '../dist/graph/graph.js';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const seconds = Number(process.env.SECONDS ?? 3);

/** Milliseconds that this process has computed: on a shared machine steadier than the clock. */
function processor() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

function measure(file, engine) {
  const graph = importSeeded(readFileSync(file, 'utf8'), 1, { source: basename(file) });
  const inputs = graph.inputs.map((id) => {
    const count = graph.tensors[id].shape.reduce((product, size) => product * size, 1);
    return Float32Array.from({ length: count }, (_, i) => Math.fround(((i * 2654435761) % 1000) / 500 - 1));
  });
  const run = engine(graph);
  const first = processor();
  run(inputs);
  const cold = processor() - first;

  const [busy, wall] = [[], []];
  const best = graph.nodes.map(() => Number.POSITIVE_INFINITY);
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end || busy.length < 5) {
    const [p, w] = [processor(), performance.now()];
    run(inputs);
    busy.push(processor() - p);
    wall.push(performance.now() - w);
    // The same run again, told apart: from one node's tensor to the next one's.
    let n = -graph.inputs.length;
    let last = 0;
    run(inputs, () => {
      const now = performance.now();
      if (n >= 0) best[n] = Math.min(best[n], now - last);
      n++;
      last = performance.now();
    });
  }
  const kinds = new Map();
  graph.nodes.forEach(({ op }, n) => {
    kinds.set(op.type, (kinds.get(op.type) ?? 0) + best[n]);
  });
  const macs = graph.nodes.reduce((sum, node) => sum + node.op.macs(viewOf(graph, node)), 0);
  const rate = (macs / median(busy) / 1e6).toFixed(1);
  console.log(`${basename(file)}: ${(macs / 1e6).toFixed(1)} M multiply-accumulates, ${busy.length} runs`);
  console.log(
    `  processor ${median(busy).toFixed(1)} ms an image (median), ${rate} G/s, the first ${cold.toFixed(0)} ms`,
  );
  console.log(`  wall ${median(wall).toFixed(1)} ms (median), ${Math.min(...wall).toFixed(1)} ms (minimum)`);
  const shares = [...kinds].sort(([, a], [, b]) => b - a).map(([type, ms]) => `${type} ${ms.toFixed(2)}`);
  console.log(`  wall by operator, minimum: ${shares.join(', ')}`);
}

const given = process.argv.slice(2);
const examples = readdirSync(path('examples/networks')).filter((name) => name.endsWith('.json'));
const engine = await loadFloatEngine(readFileSync(path('build/engine.float.wasm')));
console.log(`${cpus()[0]?.model}, Node ${process.version}`);
for (const file of given.length > 0 ? given : examples.map((name) => path(`examples/networks/${name}`))) {
  measure(file, engine);
}
