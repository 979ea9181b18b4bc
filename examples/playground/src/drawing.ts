import type { ImageInput } from './protocol.ts';
import { type Rendering, render, renderInPlace, renderingOf } from './strokes.ts';

const ink = '#fff';
const ground = '#000';
/** Of the canvas, in pixels of the page; it has as many of its own as the screen. */
const side = 280;

/**
 * A canvas to draw on with a mouse, a pen or a finger, white on black. It keeps the strokes themselves: an input's pixels are
 * drawn from them at its own resolution, and are not a picture made smaller.
 */
export class Drawing {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #changed: () => void;
  #strokes: [x: number, y: number][][] = [];
  #isDown = false;
  #rendering: Rendering = renderingOf({ width: 1, height: 1 });

  constructor(canvas: HTMLCanvasElement, changed: () => void) {
    this.#canvas = canvas;
    this.#changed = changed;
    this.#context = canvas.getContext('2d') as CanvasRenderingContext2D;
    canvas.addEventListener('pointerdown', (event) => {
      if (this.#isDown || event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      this.#isDown = true;
      this.#strokes.push([]);
      this.#line(event);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (this.#isDown) this.#line(event);
    });
    for (const end of ['pointerup', 'pointercancel'] as const) {
      canvas.addEventListener(end, () => {
        if (this.#isDown) this.#changed();
        this.#isDown = false;
      });
    }
  }

  get isEmpty(): boolean {
    return this.#strokes.length === 0;
  }

  /** Blank, in the proportions of an input. */
  clear(input: ImageInput): void {
    const { devicePixelRatio } = window;
    this.#strokes = [];
    this.#isDown = false;
    this.#rendering = renderingOf(input);
    const canvas = this.#canvas;
    const height = Math.round((side * input.height) / input.width);
    canvas.width = Math.round(side * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    canvas.style.aspectRatio = `${side} / ${height}`;
    this.#context.fillStyle = ground;
    this.#context.fillRect(0, 0, canvas.width, canvas.height);
    this.#context.lineWidth = canvas.width / 14;
    this.#context.lineCap = 'round';
    this.#context.lineJoin = 'round';
    this.#context.strokeStyle = ink;
  }

  /** What is drawn as an input's levels, 0 to 1: centred and scaled as the digits of data sets are, or where it was drawn. */
  levels(isFitted: boolean): Float32Array {
    return isFitted
      ? render(this.#strokes, this.#rendering)
      : renderInPlace(this.#strokes, this.#canvas, this.#rendering);
  }

  #at({ clientX, clientY }: PointerEvent): [x: number, y: number] {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return [((clientX - left) * this.#canvas.width) / width, ((clientY - top) * this.#canvas.height) / height];
  }

  #line(event: PointerEvent): void {
    const stroke = this.#strokes.at(-1);
    if (!stroke) return;
    const to = this.#at(event);
    const [x, y] = stroke.at(-1) ?? to;
    stroke.push(to);
    this.#context.beginPath();
    this.#context.moveTo(x, y);
    this.#context.lineTo(...to);
    this.#context.stroke();
  }
}
