import { LiteBlockError, type Problem } from '../format/errors.ts';
import { arrayOf, type Values, type ValueType } from '../format/values.ts';
import { GraphBuilder, type NodeOptions } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { nodeFaults, operandFaults } from '../graph/node-faults.ts';
import type { Block, Node, NodeView, Op } from '../graph/op.ts';
import { sizeFault } from '../graph/sizes.ts';
import type { NHWC, Tensor, TensorId } from '../graph/tensor.ts';
import { verifyStructure } from '../graph/verify.ts';
import { reshape } from '../ops/reshape.ts';
import { nodeFaultTexts } from './node-fault-texts.ts';
import { Problems, type ProblemWords } from './problems.ts';
import { fileShape } from './shapes.ts';

/** What a node is made of in the user's file, for messages. */
export interface Site extends Omit<Problem, 'what'> {
  /** The file does not have it: its problems are those of the operator beside it. */
  readonly inserted?: true | undefined;
  /** The blocks around it, outermost first. */
  readonly blocks?: readonly Block[];
}

/** A variable: its value when a run begins, the tensor whose values it keeps, and the bytes of its first value. */
export interface VariableToKeep {
  readonly site: Site;
  readonly value: TensorId;
  readonly from: TensorId;
  readonly bytes: Uint8Array;
}

/** What is known of an activation when it is declared. */
export interface Declared {
  /** Its shape is not known yet: the node that makes it gives it one. What depends on it is not looked at before. */
  readonly pending?: boolean;
  /** It is at fault itself, which has been reported: nodes that have it are not checked. */
  readonly broken?: boolean;
}

/**
 * Writes the graph of any importer, in the order of execution. Each node is checked once, when it is written; `finish` checks
 * what is left, and throws everything that is wrong at once. A graph from here need not be verified again.
 */
export class GraphWriter {
  readonly source: string;
  readonly problems = new Problems();
  /** Images in every activation of the file that has a batch axis. */
  readonly batch: number;
  readonly #build: GraphBuilder;
  readonly #pending = new Set<TensorId>();
  readonly #broken = new Set<TensorId>();
  #mixed = false;

  /** `source` names the file in messages. */
  constructor(name: string, source: string, batch = 1) {
    this.#build = new GraphBuilder(name);
    this.source = source;
    this.batch = batch;
  }

  /** Reports a problem. Gives undefined, which is what a reader gives that has found one. */
  problem({ node, op, name, inserted }: Site, what: string): undefined {
    this.problems.add({ node, op, name, what }, inserted);
  }

  /** Whether any operator mixes images of a batch with other axes. */
  get isMixed(): boolean {
    return this.#mixed;
  }

  /** Has the first operator reported that mixes images of a batch with other axes: what follows from it is not worth a line. */
  mixesBatch(report: () => void): void {
    if (!this.#mixed) report();
    this.#mixed = true;
  }

  /** Enters an activation that the file declares. `write` makes it, or it is an input. */
  declare(tensor: Tensor, { pending = false, broken = false }: Declared = {}): TensorId {
    const id = this.#build.tensor(tensor);
    if (pending) this.#pending.add(id);
    if (broken) this.#broken.add(id);
    return id;
  }

  /** Changes what was declared of an activation that no node has made yet. */
  redeclare(id: TensorId, tensor: Tensor): void {
    this.#build.replace(id, tensor);
  }

  /** Makes an activation an input of the model. */
  input(id: TensorId): TensorId {
    return this.#build.asInput(id);
  }

  /** Enters a constant. One whose values are not known yet has none of them, until `fill` gives it all. */
  constant(tensor: Tensor & { readonly data: Values }): TensorId {
    return this.#build.tensor(tensor);
  }

  /** Gives a constant its values. */
  fill(id: TensorId, data: Values): void {
    this.#build.replace(id, { ...this.tensor(id), data });
  }

  /** A tensor so far. */
  tensor(id: TensorId): Tensor {
    return this.#build.tensorOf(id) as Tensor;
  }

  /** Whether the shape of any activation is not known. */
  get hasPending(): boolean {
    return this.#pending.size > 0;
  }

  isPending(id: TensorId): boolean {
    return this.#pending.has(id);
  }

  /**
   * Adds a node that makes an activation that was declared, and gives that a shape if it has none. An absent optional input
   * is −1. What does not fit is reported.
   */
  write<A>(site: Site, op: Op<A>, attributes: A, inputs: readonly TensorId[], output: TensorId): void {
    const { node: index, name, blocks } = site;
    const node = { index, name, op, inputs, outputs: [output], attributes, ...(blocks && { blocks }) };
    const pending = this.#pending.has(output);
    if (pending && !this.#settle(site, node, output)) return;
    if (![...inputs, output].some((id) => this.#broken.has(id))) {
      const view = this.#view(node);
      for (const what of nodeFaultTexts(view, pending ? operandFaults(view) : nodeFaults(view))) {
        this.problem(site, what);
      }
    }
    this.#build.node(node);
  }

  /** The same for a result that the file does not have, of which `tensor` says all. Returns its id. */
  writeBetween<A>(site: Site, op: Op<A>, attributes: A, inputs: readonly TensorId[], tensor: Tensor): TensorId {
    const { shape } = tensor;
    const fault = sizeFault(shape);
    if (fault) this.problem(site, `an intermediate shape is [${shape.join(', ')}], which is too large: ${fault}`);
    const output = this.declare(tensor);
    this.write(site, op, attributes, inputs, output);
    return output;
  }

  /**
   * Adds a node and its output, of the shape that the op gives. Throws an Error that says what does not fit, for an importer
   * that has no other shape to go on with.
   */
  add<A>(op: Op<A>, attributes: A, inputs: readonly TensorId[], options: NodeOptions): TensorId {
    const output = this.#build.add(op, attributes, inputs, options);
    const view = this.#view({ index: 0, name: '', op, inputs, outputs: [output], attributes });
    const [what] = nodeFaultTexts(view, operandFaults(view));
    if (what !== undefined) throw new Error(what);
    return output;
  }

  /** Reports a batch of a model with variables. */
  keepsState(): void {
    if (this.batch === 1) return;
    const what = `it keeps state from run to run, but has a batch of ${this.batch} (1: images would share the state)`;
    this.problem({ node: -1, op: '', name: this.source }, what);
  }

  /**
   * Adds variables, once all nodes that read or make them are written. Each becomes a copy, made at the end, so that nodes may
   * read what it was until then; and of what another one was, a copy is made before.
   */
  keep(variables: readonly VariableToKeep[]): void {
    const values = new Set(variables.map(({ value }) => value));
    const copy = (site: Site, id: TensorId, like: TensorId): TensorId => {
      const tensor = this.tensor(like);
      return this.writeBetween(site, reshape, { shape: tensor.shape as NHWC }, [id], { ...tensor });
    };
    const ready = variables.map(({ site, value, from }) =>
      from !== value && values.has(from) ? copy(site, from, from) : from,
    );
    variables.forEach(({ site, value, from, bytes }, i) => {
      const next = from === value ? value : copy(site, ready[i], value);
      const initial = new (arrayOf(this.tensor(value).dtype as ValueType))(Uint8Array.from(bytes).buffer);
      this.#build.variable({ name: site.name, value, next, initial });
    });
  }

  /** Makes an activation an output of the model. */
  output(id: TensorId): void {
    this.#build.output(id);
  }

  /** The graph. Throws all problems as one error, or 'graph-invalid' where the file contradicts itself. */
  finish(words: ProblemWords): Graph {
    this.problems.throwAny(this.source, words);
    const graph = this.#build.build();
    try {
      verifyStructure(graph);
    } catch (cause) {
      throw new LiteBlockError('graph-invalid', `${this.source}: ${(cause as Error).message}`, [], { cause });
    }
    return graph;
  }

  #view<A>(node: Node<A>): NodeView<A> {
    const { attributes } = node;
    const inputs = node.inputs.map((id) => this.#build.tensorOf(id));
    return { node, attributes, inputs, outputs: node.outputs.map((id) => this.tensor(id)) };
  }

  /** Gives an output the shape that its node makes of its inputs. False, with a problem, where there is none. */
  #settle<A>(site: Site, node: Node<A>, output: TensorId): boolean {
    const { op, attributes } = node;
    const declared = this.tensor(output);
    const fail = (what: string): boolean => this.problem(site, what) ?? false;
    let shape: readonly number[];
    try {
      [shape] = op.outputShapes(this.#view(node).inputs, attributes) as [readonly number[]];
    } catch (error) {
      return fail((error as Error).message);
    }
    const fault = sizeFault(shape);
    if (fault) return fail(`it gives [${shape.join(', ')}] per image, which is too large: ${fault}`);
    const inFile = fileShape(shape, declared.fileShape, this.batch);
    if (!inFile) return fail(`it gives [${shape}] per image, which does not fit ${declared.fileShape.length} axes`);
    this.redeclare(output, { ...declared, shape, fileShape: inFile });
    return this.#pending.delete(output);
  }
}
