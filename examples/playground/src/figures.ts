import { byId, count, cut, make, shapeText } from './dom.ts';
import type { FloatView, ModelView } from './protocol.ts';

type Figure = readonly [name: string, value: string];

const list = (figures: readonly Figure[]): void =>
  byId('figures').replaceChildren(
    ...figures.map(([name, value]) =>
      make('div', {}, make('dt', {}, name), make('dd', {}, name === 'name' ? cut(value) : value)),
    ),
  );

export function showFigures(view: ModelView | FloatView): void {
  const { inputs, outputs, macs, parameters, ramBytes, modelBytes, memoryBytes, fileBytes } = view.inspection;
  const entries = (kind: string, list: typeof inputs): Figure[] =>
    list.map(({ shape, dtype }, i) => [list.length > 1 ? `${kind} ${i}` : kind, `${shapeText(shape)} ${dtype}`]);
  list([
    ['name', view.inspection.name],
    ...entries('input', inputs),
    ...entries('output', outputs),
    ['MACs', count(macs)],
    ['parameters', count(parameters)],
    ['ramBytes', count(ramBytes)],
    ['modelBytes', count(modelBytes)],
    ['memoryBytes', count(memoryBytes)],
    ...(view.kind === 'float' ? floatFigures(view) : ownFigures(view, fileBytes)),
  ]);
}

const floatFigures = ({ floatBytes }: FloatView): Figure[] => [['weights in float', `${count(floatBytes)} bytes`]];

const ownFigures = ({ tier, selfTested }: ModelView, fileBytes: number): Figure[] => [
  ['file', `${count(fileBytes)} bytes`],
  ['engine', `${tier}, ${selfTested ? 'self-test passed' : 'no known answer'}`],
];
