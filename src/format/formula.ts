/** What a formula may count beside the fields of a record. Pixels and elements are those of y that a step makes. */
export type Quantity =
  | 'rows'
  | 'pixels'
  | 'elements'
  | 'x.height'
  | 'x.width'
  | 'x.channels'
  | 'y.channels'
  | 'y.elementBytes';

/**
 * How many elementary operations a step takes, as data: compiler and engine count by the same formula, and docs/format.md
 * prints it.
 */
export type Formula<Field extends string> =
  | number
  | Quantity
  | Field
  | { readonly sum: readonly Formula<Field>[] }
  | { readonly product: readonly Formula<Field>[] }
  /** The first rounded up to a multiple of the second, divided by it. */
  | { readonly runsOf: readonly [count: Formula<Field>, size: Formula<Field>] }
  /** Rounded up to an even number. */
  | { readonly evenUp: Quantity }
  | { readonly where: Field; readonly is: number; readonly value: Formula<Field>; readonly otherwise: Formula<Field> };

/**
 * The value of a formula. Products and sums of floats: exact below 2^53, and what passes 2^53 on the way ends there too, as
 * nothing is negative.
 */
export function evaluateFormula(formula: Formula<string>, quantity: (name: string) => number): number {
  if (typeof formula === 'number') return formula;
  if (typeof formula === 'string') return quantity(formula);
  const value = (part: Formula<string>): number => evaluateFormula(part, quantity);
  if ('sum' in formula) return formula.sum.reduce((total: number, part) => total + value(part), 0);
  if ('product' in formula) return formula.product.reduce((total: number, part) => total * value(part), 1);
  if ('runsOf' in formula) return Math.ceil(value(formula.runsOf[0]) / value(formula.runsOf[1]));
  if ('evenUp' in formula) return value(formula.evenUp) + (value(formula.evenUp) % 2);
  return value(quantity(formula.where) === formula.is ? formula.value : formula.otherwise);
}
