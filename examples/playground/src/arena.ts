import { byId, count, cut, make } from './dom.ts';
import type { ArenaRectangle, FloatView, ModelView } from './protocol.ts';

const words = {
  activations: 'activations',
  zeroRows: 'row of zero points',
  scratch: 'scratch',
  state: 'counters',
} as const;

const stepsText = (spans: ArenaRectangle['spans']): string =>
  spans.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');

const textOf = ({ name, kind, bytes, offset, spans }: ArenaRectangle): string =>
  `${name} (${words[kind]}): ${count(bytes)} bytes at ${count(offset)}, steps ${stepsText(spans)}`;

function svg(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, `${value}`);
  return element;
}

/** The arena as a picture: steps to the right, bytes upwards, a rectangle for every stretch while it is in use. */
export function showArena({ arena, inspection }: ModelView | FloatView): void {
  const { ramBytes, binding } = inspection;
  const said = byId('arena-said');
  const picture = svg('svg', {
    viewBox: `0 0 ${binding.steps} ${ramBytes}`,
    preserveAspectRatio: 'none',
    role: 'img',
    'aria-labelledby': 'arena-caption',
  });
  for (const rectangle of arena) {
    if (rectangle.bytes === 0) continue;
    const { kind, offset, bytes, spans } = rectangle;
    for (const [first, last] of spans) {
      const y = ramBytes - offset - bytes;
      const rect = svg('rect', { class: kind, x: first, y, width: last - first + 1, height: bytes });
      rect.addEventListener('pointerenter', () => {
        said.textContent = textOf(rectangle);
      });
      picture.append(rect);
    }
  }
  picture.append(svg('rect', { class: 'binding', x: binding.step, y: 0, width: 1, height: ramBytes }));
  byId('arena-picture').replaceChildren(picture);
  byId('arena-top').textContent = `${count(ramBytes)} bytes`;
  byId('arena-last').textContent = `step ${count(binding.steps - 1)}`;
  said.textContent = `Fullest at step ${binding.step}, which is marked. Point at a rectangle to see what it is.`;
  const sorted = [...arena].filter(({ bytes }) => bytes > 0).sort((a, b) => a.offset - b.offset);
  byId('arena-rows').replaceChildren(
    ...sorted.map(({ name, kind, bytes, offset, spans }) =>
      make(
        'tr',
        {},
        make('th', { scope: 'row' }, cut(name)),
        make('td', { class: 'kind' }, words[kind]),
        make('td', { class: 'number' }, count(offset)),
        make('td', { class: 'number' }, count(bytes)),
        make('td', { class: 'number' }, stepsText(spans)),
      ),
    ),
  );
}
