/** The element of index.html with this id. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no #${id}`);
  return found as E;
}

type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A new element. `true` is an attribute without a value, `false` none. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(key, value === true ? '' : `${value}`);
  }
  element.append(...children);
  return element;
}

/** Characters at the end of a name that are always shown. */
const tail = 12;

/** A name on one line: where it is too long its middle is left out, and the whole is its title. */
export function cut(name: string): HTMLSpanElement {
  if (name.length <= tail + 3) return make('span', {}, name);
  const parts = [name.slice(0, -tail), name.slice(-tail)].map((part) => make('span', {}, part));
  return make('span', { class: 'cut', title: name }, ...parts);
}

export const count = (value: number): string => value.toLocaleString('en');

/** 28×28×1 */
export const shapeText = (shape: readonly number[]): string => shape.join('×');

/** 0.0123 ms, with three figures. */
export const timeText = (milliseconds: number): string =>
  milliseconds === 0 ? '0' : `${Number(milliseconds.toPrecision(3))}`;

/** "123.7, 116.3" as numbers; undefined where nothing is written. Throws where it is anything else. */
export function numbersOf(input: HTMLInputElement, name: string): number[] | undefined {
  const text = input.value.trim();
  if (text === '') return undefined;
  const numbers = text.split(/[\s,]+/).map(Number);
  if (!numbers.every(Number.isFinite))
    throw new Error(`${name}: "${text}": expected numbers such as 127.5 or 123.7, 116.3, 103.5`);
  return numbers;
}
