import type { ImageInput } from './protocol.ts';

const ink = '#fff';
const ground = '#000';
/** Of the canvas, in its own pixels. */
const side = 280;

/** A canvas to draw on with a mouse, a pen or a finger, white on black, with a brush at least two input pixels wide. */
export class Drawing {
  readonly canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #changed: () => void;
  #last: readonly [x: number, y: number] | undefined;
  empty = true;

  constructor(canvas: HTMLCanvasElement, changed: () => void) {
    this.canvas = canvas;
    this.#changed = changed;
    this.#context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#last = this.#at(event);
      this.#stroke(event);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (this.#last) this.#stroke(event);
    });
    for (const end of ['pointerup', 'pointercancel'] as const) {
      canvas.addEventListener(end, () => {
        if (this.#last) this.#changed();
        this.#last = undefined;
      });
    }
  }

  /** Blank, in the proportions of an input. */
  clear({ width, height }: ImageInput): void {
    const { canvas } = this;
    canvas.width = side;
    canvas.height = Math.round((side * height) / width);
    this.#context.fillStyle = ground;
    this.#context.fillRect(0, 0, canvas.width, canvas.height);
    this.#context.lineWidth = Math.max(2 * (side / width), side / 12);
    this.#context.lineCap = 'round';
    this.#context.lineJoin = 'round';
    this.#context.strokeStyle = ink;
    this.empty = true;
  }

  #at({ clientX, clientY }: PointerEvent): readonly [number, number] {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [((clientX - left) * this.canvas.width) / width, ((clientY - top) * this.canvas.height) / height];
  }

  #stroke(event: PointerEvent): void {
    const to = this.#at(event);
    const [x, y] = this.#last ?? to;
    this.#context.beginPath();
    this.#context.moveTo(x, y);
    this.#context.lineTo(...to);
    this.#context.stroke();
    this.#last = to;
    this.empty = false;
  }
}
