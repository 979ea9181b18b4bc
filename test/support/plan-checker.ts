import { readSlack } from '../../src/format/instructions.ts';
import { type Graph, keptTensors, variablesOf, viewOf } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import type { Plan, PlannedStage } from '../../src/plan/plan.ts';
import { areBeside, expectKept, type Operand, overlap, type Range, rowsNeeded } from './plan-rows.ts';

const poison = -1;
const scratchTag = -2;
const stateTag = -3;
/** Padding with zero point z has the tag `paddingTag − z`; elements have tags from 0. */
const paddingTag = -1000;

/**
 * Runs a plan on a memory that holds one tag a byte and throws at the first byte that is not what a reader expects. Its
 * row arithmetic is its own; it asks the ops which rows and padding they read and takes the rest from the plan: offsets,
 * rings, views, memory taken over, zero rows, scratch and counters. Two images run one after the other, since nothing may
 * rely on what an earlier one left, except for inputs that are given once and for variables: the value of one is what it
 * became in the image before.
 */
export function checkPlan(graph: Graph, plan: Plan): void {
  const checker = new Checker(graph, plan);
  checker.buffersFit();
  expectKept(graph, plan);
  checker.image(0);
  checker.image(1);
}

class Checker {
  readonly #graph: Graph;
  readonly #plan: Plan;
  readonly #memory: Int32Array;
  /**
   * The tag of each element of each tensor, in the first image: one that is a reshape of another, or a part, or made of
   * others, has theirs.
   */
  readonly #tagsOf: Int32Array[];
  readonly #tags: number;
  readonly #staged: ReadonlySet<number>;
  #image = 0;
  /** Rows that the host has written, by tensor, and that each stage has made. */
  #pushed: number[] = [];
  #made: number[] = [];

  constructor(graph: Graph, plan: Plan) {
    this.#graph = graph;
    this.#plan = plan;
    this.#memory = new Int32Array(plan.ramBytes).fill(poison);
    this.#staged = new Set(plan.stages.map(({ node }) => node));
    let tags = 0;
    this.#tagsOf = graph.tensors.map(({ shape, data }) => {
      const count = data ? 0 : shape.reduce((a, b) => a * b, 1);
      tags += count;
      return Int32Array.from({ length: count }, (_, i) => tags - count + i);
    });
    this.#tags = tags;
    graph.nodes.forEach((node, n) => {
      const view = viewOf(graph, node);
      const y = node.outputs[0] as TensorId;
      const places = node.op.places?.(view);
      if (places) {
        places.forEach((first, i) => {
          const x = node.inputs[i] as TensorId;
          if (!graph.tensors[x]?.data) this.#copyTags(x, 0, y, first, this.#channels(x));
        });
      } else if (!this.#staged.has(n)) {
        const x = node.inputs[0] as TensorId;
        const first = node.op.part?.(view);
        if (first !== undefined) this.#copyTags(x, first, y, 0, this.#channels(y));
        else this.#tagsOf[y] = this.#tagsOf[x] as Int32Array;
      }
    });
  }

  /** Of an input that has taken over the shape of a view the channels there. */
  #channels(id: TensorId): number {
    return this.#operandOf(id).channels;
  }

  /** Gives `count` channels of y the tags of x. */
  #copyTags(x: TensorId, from: number, y: TensorId, to: number, count: number): void {
    const [xTags, yTags] = [this.#tagsOf[x] as Int32Array, this.#tagsOf[y] as Int32Array];
    const [xChannels, yChannels] = [this.#channels(x), this.#channels(y)];
    for (let pixel = 0; pixel < yTags.length / yChannels; pixel++) {
      for (let c = 0; c < count; c++) yTags[pixel * yChannels + to + c] = xTags[pixel * xChannels + from + c] as number;
    }
  }

  buffersFit(): void {
    for (const { offset, bytes, name } of this.#plan.buffers) {
      if (offset < 0 || offset % 16 !== 0 || offset + bytes + readSlack > this.#plan.ramBytes) {
        throw new Error(`buffer "${name}" of ${bytes} bytes at ${offset} is misplaced`);
      }
    }
    for (const { buffer, name, capacity, rowBytes } of this.#plan.operands) {
      if (buffer >= 0 && capacity * rowBytes > (this.#plan.buffers[buffer]?.bytes ?? 0)) {
        throw new Error(`operand "${name}" is larger than its buffer`);
      }
    }
  }

  image(image: number): void {
    this.#image = image;
    this.#pushed = this.#graph.tensors.map(() => 0);
    this.#made = this.#plan.stages.map(() => 0);
    this.#memory.fill(stateTag, ...this.#stateRange());
    for (const id of this.#graph.inputs) {
      const { capacity, height } = this.#operandOf(id);
      if (!this.#graph.tensors[id]?.perImage && image > 0) this.#pushed[id] = height;
      else if (capacity === height) this.#push(id, height);
    }
    for (const { value } of variablesOf(this.#graph)) {
      if (image === 0) this.#push(value, this.#operandOf(value).height);
      else this.#expectWhole(value);
    }
    this.#plan.steps.forEach(({ stage, rows }, s) => {
      try {
        this.#step(stage, this.#plan.stages[stage] as PlannedStage, rows);
      } catch (error) {
        throw new Error(`image ${image}, step ${s}, stage ${stage}: ${(error as Error).message}`);
      }
    });
    this.#plan.stages.forEach(({ node, y }, s) => {
      if (node >= 0 && this.#made[s] !== this.#plan.operands[y]?.height) throw new Error(`node ${node} is unfinished`);
    });
    for (const id of keptTensors(this.#graph)) this.#expectWhole(id);
    for (const id of this.#graph.inputs) {
      if (!this.#graph.tensors[id]?.perImage) this.#expectWhole(id);
    }
  }

  #step(index: number, stage: PlannedStage, rows: number): void {
    const y = this.#plan.operands[stage.y] as Operand;
    const { offset, bytes } = this.#plan.buffers[stage.scratch] as { offset: number; bytes: number };
    const scratch = { from: offset, to: offset + bytes };
    this.#memory.fill(scratchTag, scratch.from, scratch.to);
    const node = this.#graph.nodes[stage.node];
    if (!node) {
      const row = this.#rowAt(y, 0);
      if (overlap(row, scratch)) throw new Error('scratch lies in the zero row');
      this.#memory.fill(paddingTag - y.zeroPoint, row.from, row.to);
      return;
    }
    const id = node.outputs[0] as TensorId;
    const part = this.#partOf(y, id);
    const first = this.#made[index] as number;
    if (rows < 1 || rows > y.capacity || first + rows > y.height) throw new Error(`${rows} rows do not fit`);
    const view = viewOf(this.#graph, node);
    const read: { row: number; range: Range; input: number; of: number }[] = [];
    for (let at = first; at < first + rows; at++) {
      for (const index of [stage.x, stage.x2]) {
        const x = this.#plan.operands[index];
        if (!x || x.buffer < 0) continue;
        const input = node.inputs.indexOf(x.tensor);
        const need = node.op.padding?.(view, input) ?? { left: 0, right: 0, zeroRow: false };
        for (const row of rowsNeeded(node.op.rows(view, input), at, x, y)) {
          if (row >= 0 && row < x.height) {
            this.#pushUpTo(x.tensor, row);
            read.push({ row, range: this.#rowAt(x, row), input, of: at });
          } else if (need.zeroRow) this.#expectZeroRow(stage, x);
        }
      }
    }
    for (let at = first; at < first + rows; at++) {
      const target = this.#rowAt(y, at);
      if (overlap(target, scratch)) throw new Error(`scratch lies in row ${at} of "${y.name}"`);
      for (const { row, range, input, of } of read) {
        if (of === at) this.#expectRow(node.inputs[input] as TensorId, row, node.op.padding?.(view, input));
        const x = this.#operandOf(node.inputs[input] as TensorId);
        if (!overlap(range, target) || areBeside(x, range, y, target)) continue;
        const alike = x.origin === y.origin && x.channels === y.channels && x.pixelStride === y.pixelStride;
        const same = range.from === target.from && range.to === target.to && row === at && of === at && alike;
        if (!same || !node.op.mayOverwrite.includes(input)) {
          throw new Error(`row ${at} of "${y.name}" overwrites row ${row} of input ${input}, read for row ${of}`);
        }
      }
      this.#write(id, y, at, part);
      if (node.op.places) this.#expectCopied(id, at, part, this.#plan.operands[stage.x] as Operand, y.channels);
    }
    this.#made[index] = first + rows;
    const [from, to] = this.#stateRange();
    if (this.#memory.subarray(from, to).some((tag) => tag !== stateTag)) throw new Error('counters are overwritten');
  }

  #expectZeroRow(stage: PlannedStage, x: Operand): void {
    const zero = this.#plan.operands[stage.zeroRow];
    if (!zero) throw new Error(`there is no zero row beside "${x.name}"`);
    const { from, to } = this.#rowAt(zero, 0);
    const bytes = this.#memory.subarray(from, to);
    if (bytes.length !== x.rowBytes || bytes.some((tag) => tag !== paddingTag - x.zeroPoint)) {
      throw new Error(`the zero row beside "${x.name}" is not a row of ${x.zeroPoint}`);
    }
  }

  #expectRow(id: TensorId, row: number, need = { left: 0, right: 0 }): void {
    const x = this.#operandOf(id);
    const { from } = this.#rowAt(x, row);
    for (let column = -need.left; column < x.width + need.right; column++) {
      const inside = column >= 0 && column < x.width;
      for (let channel = 0; channel < x.channels; channel++) {
        const tag = inside ? this.#tag(id, row * x.width + column, channel) : paddingTag - x.zeroPoint;
        const found = this.#memory[from + x.origin + column * x.pixelStride + channel];
        if (found === tag) continue;
        const place = `row ${row}, column ${column}, channel ${channel} of "${x.name}"`;
        throw new Error(`${place} has the tag ${found}, not ${tag}`);
      }
    }
  }

  #expectWhole(id: TensorId): void {
    for (let row = 0; row < this.#operandOf(id).height; row++) this.#expectRow(id, row);
  }

  /** The channel of a tensor that the first one of an operand is. */
  #partOf(operand: Operand, id: TensorId): number {
    return operand.origin - this.#operandOf(id).origin;
  }

  /** Of a concatenation, what a stage writes to a place is its input. */
  #expectCopied(id: TensorId, row: number, first: number, x: Operand, channels: number): void {
    if (x.channels !== channels) throw new Error(`${x.channels} channels of "${x.name}" go into ${channels}`);
    if (x.buffer < 0) return;
    for (let pixel = row * x.width; pixel < (row + 1) * x.width; pixel++) {
      for (let c = 0; c < channels; c++) {
        if (this.#tag(x.tensor, pixel, c) !== this.#tag(id, pixel, first + c)) {
          throw new Error(`"${x.name}" is copied to channel ${first}, which is not its place`);
        }
      }
    }
  }

  /** Writes a row of a tensor, or of the channels of it from `first` on that an operand has, and its padding columns. */
  #write(id: TensorId, y: Operand, row: number, first = 0): void {
    const { from, to } = this.#rowAt(y, row);
    this.#memory.fill(paddingTag - y.zeroPoint, from, from + y.left * y.pixelStride);
    this.#memory.fill(paddingTag - y.zeroPoint, to - y.right * y.pixelStride, to);
    for (let column = 0; column < y.width; column++) {
      for (let channel = 0; channel < y.channels; channel++) {
        const at = from + y.origin + column * y.pixelStride + channel;
        this.#memory[at] = this.#tag(id, row * y.width + column, first + channel);
      }
    }
  }

  #push(id: TensorId, rows: number): void {
    for (let row = this.#pushed[id] as number; row < rows; row++) {
      this.#write(id, this.#operandOf(id), row);
      this.#pushed[id] = row + 1;
    }
  }

  /** Has the host write rows up to `row` of an input that it cannot write whole. */
  #pushUpTo(id: TensorId, row: number): void {
    const input = this.#inputBehind(id);
    if (input === undefined) return;
    const { capacity, height } = this.#operandOf(input);
    if (capacity < height) this.#push(input, row + 1);
  }

  /** The graph input whose elements a tensor holds, in its shape or another. */
  #inputBehind(id: TensorId): TensorId | undefined {
    if (this.#graph.inputs.includes(id)) return id;
    const n = this.#graph.nodes.findIndex(({ outputs }) => outputs.includes(id));
    const node = this.#graph.nodes[n];
    return node && !this.#staged.has(n) && !node.op.places ? this.#inputBehind(node.inputs[0] as TensorId) : undefined;
  }

  #tag(id: TensorId, pixel: number, channel: number): number {
    const element = this.#tagsOf[id]?.[pixel * this.#channels(id) + channel] as number;
    const once = this.#graph.inputs.some((input) => {
      const tags = this.#tagsOf[input] as Int32Array;
      const first = tags[0] as number;
      return !this.#graph.tensors[input]?.perImage && element >= first && element < first + tags.length;
    });
    return once ? element : this.#tagAt(element, this.#image);
  }

  /** The tag of an element in an image: of a variable's value that of what it became in the image before. */
  #tagAt(element: number, image: number): number {
    for (const { value, next } of variablesOf(this.#graph)) {
      const at = element - (this.#tagsOf[value]?.[0] as number);
      const of = this.#tagsOf[next] as Int32Array;
      if (at >= 0 && at < of.length && image > 0) return this.#tagAt(of[at] as number, image - 1);
    }
    return element + image * this.#tags;
  }

  #operandOf(id: TensorId): Operand {
    return this.#plan.operands[this.#plan.operandOf[id] as number] as Operand;
  }

  #rowAt({ buffer, capacity, rowBytes }: Operand, row: number): Range {
    const from = (this.#plan.buffers[buffer]?.offset as number) + (row % capacity) * rowBytes;
    return { from, to: from + rowBytes };
  }

  #stateRange(): [from: number, to: number] {
    return [this.#plan.stateOffset, this.#plan.stateOffset + 4 * this.#plan.stages.length];
  }
}
