/** One movement of a pen, in any unit, x to the right and y downwards. */
export type Stroke = readonly (readonly [x: number, y: number])[];

/** How strokes become the pixels of a small image. */
export interface Rendering {
  readonly width: number;
  readonly height: number;
  /** The longer side of what is drawn, in pixels: the data set's own preprocessing scales to it. */
  readonly box: number;
  /** Of the pen, in pixels. */
  readonly lineWidth: number;
}

/** Where strokes were drawn: the sides of the surface, in their own unit. */
export interface Surface {
  readonly width: number;
  readonly height: number;
}

/**
 * Of an image of a data set of digits. MNIST scales a digit to 20×20 pixels, keeps its proportions, and puts its centre of
 * mass into the middle of 28×28 (LeCun et al., "Gradient-based learning applied to document recognition", 1998). Smaller
 * images, as the 8×8 digits of UCI, are filled by the digit, whose lines are wider.
 */
export function renderingOf({ width, height }: { readonly width: number; readonly height: number }): Rendering {
  const side = Math.min(width, height);
  return side < 16
    ? { width, height, box: side, lineWidth: Math.max(1, 0.15 * side) }
    : { width, height, box: (20 / 28) * side, lineWidth: (2.6 / 28) * side };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function boxOf(points: Stroke): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/**
 * What was drawn as levels from 0 to 1 (height × width): scaled so that ink fits `box`, its centre of mass in the middle, and
 * drawn at the image's own resolution. A level is the share of the pixel that ink covers, of 8 × 8 samples: nothing is
 * scaled afterwards, so lines have the same width however large they were drawn.
 */
export function render(strokes: readonly Stroke[], { width, height, box, lineWidth }: Rendering): Float32Array {
  const points = strokes.flat();
  if (points.length === 0) return new Float32Array(width * height);
  const drawn = boxOf(points);
  const room = Math.max(box - lineWidth, 1);
  const longer = Math.max(drawn.width, drawn.height);
  const scale = longer > 0 ? room / longer : 1;
  const placed = (dx: number, dy: number): Stroke[] =>
    strokes.map((stroke) => stroke.map(([x, y]) => [(x - drawn.x) * scale + dx, (y - drawn.y) * scale + dy]));
  const [dx, dy] = [(width - drawn.width * scale) / 2, (height - drawn.height * scale) / 2];
  const levels = cover(placed(dx, dy), width, height, lineWidth);
  const [x, y] = centreOf(levels, width);
  // Ink must not leave the image for the sake of its centre.
  const [freeX, freeY] = [dx - lineWidth / 2, dy - lineWidth / 2].map((free) => Math.max(free, 0)) as [number, number];
  const by = (shift: number, free: number): number => Math.min(Math.max(shift, -free), free);
  return cover(placed(dx + by(width / 2 - x, freeX), dy + by(height / 2 - y, freeY)), width, height, lineWidth);
}

/** The same without moving anything: the whole surface becomes the image. */
export function renderInPlace(strokes: readonly Stroke[], surface: Surface, rendering: Rendering): Float32Array {
  const { width, height, lineWidth } = rendering;
  const [across, down] = [width / surface.width, height / surface.height];
  const placed = strokes.map((stroke) => stroke.map(([x, y]) => [x * across, y * down] as const));
  return cover(placed, width, height, lineWidth);
}

const samples = 8;

/** The share of each pixel that lies within half a line's width of a stroke. */
function cover(strokes: readonly Stroke[], width: number, height: number, lineWidth: number): Float32Array {
  const [columns, rows, radius] = [width * samples, height * samples, (lineWidth / 2) * samples];
  const inked = new Uint8Array(columns * rows);
  for (const stroke of strokes) {
    stroke.forEach(([x, y], i) => {
      const [fromX, fromY] = stroke[Math.max(i - 1, 0)] as Stroke[number];
      ink(inked, columns, rows, [fromX * samples, fromY * samples, x * samples, y * samples], radius);
    });
  }
  const levels = new Float32Array(width * height);
  inked.forEach((is, i) => {
    const [x, y] = [i % columns, (i / columns) | 0];
    const at = ((y / samples) | 0) * width + ((x / samples) | 0);
    if (is) levels[at] = (levels[at] as number) + 1 / samples ** 2;
  });
  return levels;
}

type Line = readonly [x0: number, y0: number, x1: number, y1: number];

/** Marks the samples whose middle is within `radius` of a line. */
function ink(inked: Uint8Array, columns: number, rows: number, [x0, y0, x1, y1]: Line, radius: number): void {
  const [left, right] = [
    Math.max(0, Math.floor(Math.min(x0, x1) - radius)),
    Math.min(columns, Math.max(x0, x1) + radius),
  ];
  const [top, bottom] = [Math.max(0, Math.floor(Math.min(y0, y1) - radius)), Math.min(rows, Math.max(y0, y1) + radius)];
  const [w, h] = [x1 - x0, y1 - y0];
  const squared = w * w + h * h;
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const [x, y] = [column + 0.5 - x0, row + 0.5 - y0];
      const along = squared > 0 ? Math.min(Math.max((x * w + y * h) / squared, 0), 1) : 0;
      if ((x - along * w) ** 2 + (y - along * h) ** 2 <= radius * radius) inked[row * columns + column] = 1;
    }
  }
}

function centreOf(levels: Float32Array, width: number): readonly [x: number, y: number] {
  let [mass, x, y] = [0, 0, 0];
  levels.forEach((level, i) => {
    mass += level;
    x += level * ((i % width) + 0.5);
    y += level * (((i / width) | 0) + 0.5);
  });
  return mass > 0 ? [x / mass, y / mass] : [width / 2, levels.length / width / 2];
}
