import { byId, count, make, shapeText } from './dom.ts';
import type { FloatView, ModelView } from './protocol.ts';

type Figure = readonly [name: string, value: string];

const list = (figures: readonly Figure[]): void =>
  byId('figures').replaceChildren(
    ...figures.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))),
  );

export function showFigures({ inspection, selfTested, tier }: ModelView): void {
  const { name, inputs, outputs, macs, parameters, ramBytes, modelBytes, memoryBytes, fileBytes } = inspection;
  const entries = (kind: string, list: typeof inputs): Figure[] =>
    list.map(({ shape, dtype }, i) => [list.length > 1 ? `${kind} ${i}` : kind, `${shapeText(shape)} ${dtype}`]);
  list([
    ['name', name],
    ...entries('input', inputs),
    ...entries('output', outputs),
    ['MACs', count(macs)],
    ['parameters', count(parameters)],
    ['ramBytes', count(ramBytes)],
    ['modelBytes', count(modelBytes)],
    ['memoryBytes', count(memoryBytes)],
    ['file', `${count(fileBytes)} bytes`],
    ['engine', `${tier}, ${selfTested ? 'known answer: right' : 'no known answer'}`],
  ]);
}

export function showFloatFigures({ name, rows, input, floatBytes }: FloatView): void {
  const sum = (field: 'macs' | 'parameters'): string => count(rows.reduce((total, row) => total + row[field], 0));
  list([
    ['name', name],
    ['input', `${shapeText([input.height, input.width, input.channels])} f32`],
    ['MACs', sum('macs')],
    ['parameters', sum('parameters')],
    ['weights in float', `${count(floatBytes)} bytes`],
  ]);
}
