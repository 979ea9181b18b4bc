import { type Inspection, inspect, type NodeRow } from '../analyze/inspect.ts';
import { bold, count, dim, type Io, real, shapeText } from './io.ts';
import { loadModel } from './load-model.ts';
import { type Column, table } from './table.ts';

const columns: readonly Column[] = [
  { title: '#', align: 'right' },
  { title: 'name', align: 'left', shrinks: true },
  { title: 'op', align: 'left' },
  { title: 'kernel', align: 'left' },
  { title: 'output', align: 'right' },
  { title: 'scale', align: 'right' },
  { title: 'zero', align: 'right' },
  { title: 'MACs', align: 'right' },
  { title: 'params', align: 'right' },
];

const cells = (row: NodeRow): string[] => [
  `${row.index}`,
  row.name,
  row.op,
  row.kernel,
  shapeText(row.shape.slice(1)),
  real(row.scale),
  `${row.zeroPoint}`,
  count(row.macs),
  count(row.parameters),
];

const interfaceLines = (kind: string, entries: Inspection['inputs']): string[] =>
  entries.map(({ name, shape, dtype, scale, zeroPoint, perImage }, i) => {
    const once = perImage ? '' : ', given once for all images';
    return `${kind} ${i}  "${name}"  ${shapeText(shape)} ${dtype}, scale ${real(scale)}, zero point ${zeroPoint}${once}`;
  });

function ramLines(inspection: Inspection): string[] {
  const { ramBytes, modelBytes, memoryBytes, ram, binding, nodes } = inspection;
  const node = nodes.find((row) => row.stage === binding.stage);
  const where = node ? `, node ${node.index} ${node.op} "${node.name}"` : '';
  const lines: readonly [name: string, bytes: number, what: string][] = [
    ['ramBytes', ramBytes, `the arena, fullest at step ${binding.step} of ${binding.steps}${where}`],
    ['  activations', ram.activations, ''],
    ['  zero rows', ram.zeroRows, 'shared rows of zero points above and below images'],
    ['  scratch', ram.scratch, 'of kernels'],
    ['  state', ram.state, 'one counter a stage'],
    ['  unused', ram.unused, 'gaps, and what kernels may read beyond an end'],
    ['modelBytes', modelBytes, 'weights and tables'],
    ['memoryBytes', memoryBytes, 'the linear memory: engine, file and arena in whole pages'],
  ];
  const width = Math.max(...lines.map(([, bytes]) => count(bytes).length));
  return lines.map(([name, bytes, what]) => `${name.padEnd(14)}${count(bytes).padStart(width)}  ${what}`.trimEnd());
}

function print(inspection: Inspection, io: Io): void {
  const { name, inputs, outputs, nodes, macs, parameters } = inspection;
  const total = ['', 'total', '', '', '', '', '', count(macs), count(parameters)];
  const [titles, ...rows] = table(columns, [...nodes.map(cells), total], io.columns);
  const lines = [
    bold(io, name),
    ...interfaceLines('input', inputs),
    ...interfaceLines('output', outputs),
    '',
    dim(io, titles as string),
    ...rows.slice(0, -1),
    bold(io, rows.at(-1) as string),
    '',
    ...ramLines(inspection),
  ];
  io.out(`${lines.join('\n')}\n`);
}

/** liteblock inspect MODEL [--json] */
export async function inspectCommand(path: string, options: { json?: boolean }, io: Io): Promise<void> {
  const { file, header } = await loadModel(path);
  const inspection = inspect(file, header);
  if (options.json) io.out(`${JSON.stringify(inspection, null, 2)}\n`);
  else print(inspection, io);
}
