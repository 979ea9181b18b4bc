import { LiteBlockError } from '../format/errors.ts';

/** A tensor as PyTorch saved it, by its state_dict name. Values are float32, whatever the file's type was. */
export interface StateTensor {
  /** The type in the file, such as F32 or BF16. */
  readonly dtype: string;
  /** In PyTorch's order of axes. */
  readonly shape: readonly number[];
  /** Absent for types that hold no reals. */
  readonly data?: Float32Array;
}

/** Tensors by their state_dict names. */
export type StateDict = ReadonlyMap<string, StateTensor>;

/** A tensor that a network needs: its state_dict name and its shape in PyTorch. */
export interface Parameter {
  /** The state_dict name. */
  readonly name: string;
  /** In PyTorch's order of axes. */
  readonly shape: readonly number[];
}

/** BatchNorm counts its batches; inference has no use for the count. */
const isIgnored = (name: string): boolean => name === 'num_batches_tracked' || name.endsWith('.num_batches_tracked');

/** What does not fit, by its kind, in the words of a count: "2 are missing". */
const kinds = {
  misshapen: ['has another shape', 'have another shape'],
  unreal: ['is not float', 'are not float'],
  missing: ['is missing', 'are missing'],
  left: ['belongs to no layer', 'belong to no layer'],
} as const;

interface Misfit {
  readonly kind: keyof typeof kinds;
  readonly what: string;
}

/** Misfits that a message shows. */
const mostShown = 10;

/** Tensors of a state_dict. What is missing, misshapen or left over is told all at once, by `finish`. */
export class Taker {
  readonly #dict: StateDict;
  readonly #misfits: Misfit[] = [];
  readonly #taken = new Set<string>();

  constructor(dict: StateDict) {
    this.#dict = dict;
  }

  /** The values of a tensor; of one that does not fit there are none. */
  take({ name, shape }: Parameter): Float32Array {
    this.#taken.add(name);
    const tensor = this.#dict.get(name);
    const wanted = `[${shape.join(', ')}]`;
    const misfit = (kind: Misfit['kind'], what: string) => this.#misfits.push({ kind, what: `${name} ${what}` });
    if (!tensor) misfit('missing', `is missing (${wanted})`);
    else if (String(tensor.shape) !== String(shape)) {
      misfit('misshapen', `has the shape [${tensor.shape.join(', ')}] (${wanted})`);
    } else if (!tensor.data) misfit('unreal', `is ${tensor.dtype} (F32, F16 or BF16)`);
    else return tensor.data;
    return new Float32Array(0);
  }

  /**
   * Throws 'graph-invalid' where the tensors are not those of the network: with all of up to ten misfits, or ten of them and
   * counts. `problems` has them all.
   */
  finish(source: string): void {
    const names = [...this.#dict.keys()].filter((name) => !isIgnored(name));
    const wanted = [...this.#taken];
    if (wanted.length > 1 && !wanted.some((name) => this.#dict.has(name))) {
      const what = `none of its tensors belongs to the network: is this the right file? It has ${listed(names)}; the network needs ${listed(wanted)}`;
      throw misfitting(source, what, [what]);
    }
    for (const name of names) {
      if (this.#taken.has(name)) continue;
      const shape = this.#dict.get(name)?.shape.join(', ');
      this.#misfits.push({ kind: 'left', what: `${name} [${shape}] belongs to no layer` });
    }
    if (this.#misfits.length > 0)
      throw misfitting(
        source,
        misfitText(this.#misfits) + levelText(wanted, names),
        this.#misfits.map(({ what }) => what),
      );
  }
}

/** `3.0.dw.weight` as `3.dw.weight`. */
const withoutLevel = (name: string): string => name.replace(/\.0(?=\.)/, '');

/** What to do where a name of the network and one of the file differ by one ".0" alone; '' where none do. */
function levelText(wanted: readonly string[], names: readonly string[]): string {
  const [needed, given] = [new Set(wanted), new Set(names)];
  const pairs = [
    ...wanted.map((name) => [name, withoutLevel(name)] as const),
    ...names.map((name) => [withoutLevel(name), name] as const),
  ];
  const pair = pairs.find(([a, b]) => a !== b && needed.has(a) && given.has(b) && !given.has(a) && !needed.has(b));
  if (!pair) return '';
  const how = 'layers in a Sequential are numbered from 0 within it, so each Sequential is one level of the names';
  return `\n${pair[0]} of the network and ${pair[1]} of the file differ by ".0": ${how}`;
}

const misfitting = (source: string, text: string, all: readonly string[]): LiteBlockError =>
  new LiteBlockError(
    'graph-invalid',
    `${source}: ${text}`,
    all.map((what) => ({ node: -1, op: '', name: '', what })),
  );

/** "a, b, c and 70 more". */
function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${names.slice(0, 3).join(', ')}${more}`;
}

function misfitText(misfits: readonly Misfit[]): string {
  if (misfits.length <= mostShown) return misfits.map(({ what }) => what).join('\n');
  const groups = Object.keys(kinds).map((kind) => misfits.filter((misfit) => misfit.kind === kind));
  const counts = groups.flatMap((group) => {
    const [first] = group;
    return first ? [`${group.length} ${kinds[first.kind][group.length === 1 ? 0 : 1]}`] : [];
  });
  // Some of each kind, in turn: hundreds of one would hide the others.
  const inTurn = Array.from({ length: mostShown }, (_, i) => groups.flatMap((group) => group.slice(i, i + 1))).flat();
  const shown = inTurn.slice(0, mostShown).map(({ what }) => `  ${what}`);
  const head = `${misfits.length} tensors do not fit the network: ${counts.join(', ')}`;
  return [head, ...shown, `  … and ${misfits.length - mostShown} more`].join('\n');
}
