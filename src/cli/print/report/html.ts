import { printable } from '../printable.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML, without characters that act on a reader's line: names come from files of others. */
export const escaped = (text: string): string => printable(text).replace(/[&<>"']/g, (letter) => entities[letter]);

/** A coordinate of a drawing, to a hundredth. */
export const at = (value: number): string => `${Math.round(value * 100) / 100}`;

/** A drawing that says what it shows to those who do not see it. It is as wide as the page, and never too narrow to read. */
export function drawing(id: string, title: string, description: string, height: number, body: string): string {
  return `<div class="wide"><svg viewBox="0 0 ${width} ${at(height)}" role="img" aria-labelledby="${id}-title ${id}-what">
<title id="${id}-title">${escaped(title)}</title><desc id="${id}-what">${escaped(description)}</desc>
${body}
</svg></div>`;
}

/** Of every drawing, in its own units. */
export const width = 960;
