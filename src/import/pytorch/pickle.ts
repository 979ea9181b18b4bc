import { globalOf, type Pickled, PickleMachine } from './pickle-machine.ts';

export type { Pickled } from './pickle-machine.ts';

/** What a reader of a pickle is told by those who know what its persistent ids are. */
export interface PickleOptions {
  /** The value of a persistent id: of PyTorch a storage. */
  readonly persistent: (id: Pickled) => Pickled;
}

export interface Unpickled {
  readonly value: Pickled;
  /** Where the next byte behind the pickle is. */
  readonly end: number;
}

/** What an opcode does; its arguments are read off the machine's bytes. */
type Opcode = (machine: PickleMachine) => void;

/**
 * The opcodes of protocols 2 to 5 that tensors and plain containers are written with. Nothing is called: `REDUCE` and `BUILD`
 * make plain values of the few globals that `pickle-machine.ts` lists.
 */
const opcodes: Readonly<Record<number, Opcode>> = {
  128: (machine) => machine.protocol(),
  149: (machine) => void machine.u64(), // FRAME: the length of what follows
  40: (machine) => machine.mark(),
  48: (machine) => void machine.pop(),
  49: (machine) => void machine.popMark(),
  50: (machine) => machine.push(machine.top()),
  125: (machine) => machine.push(new Map()),
  93: (machine) => machine.push([]),
  41: (machine) => machine.push([]),
  143: (machine) => machine.push([]),
  97: (machine) => machine.append([machine.pop()]),
  101: (machine) => machine.append(machine.popMark()),
  144: (machine) => machine.append(machine.popMark()),
  145: (machine) => machine.push(machine.popMark()),
  115: (machine) => machine.setItems(machine.popMany(2)),
  117: (machine) => machine.setItems(machine.popMark()),
  116: (machine) => machine.push(machine.popMark()),
  108: (machine) => machine.push(machine.popMark()),
  133: (machine) => machine.push(machine.popMany(1)),
  134: (machine) => machine.push(machine.popMany(2)),
  135: (machine) => machine.push(machine.popMany(3)),
  78: (machine) => machine.push(null),
  136: (machine) => machine.push(true),
  137: (machine) => machine.push(false),
  74: (machine) => machine.push(machine.i32()),
  75: (machine) => machine.push(machine.u8()),
  77: (machine) => machine.push(machine.u16()),
  138: (machine) => machine.push(machine.long(machine.u8())),
  139: (machine) => machine.push(machine.long(machine.u32())),
  71: (machine) => machine.push(machine.f64()),
  88: (machine) => machine.push(machine.text(machine.u32())),
  140: (machine) => machine.push(machine.text(machine.u8())),
  141: (machine) => machine.push(machine.text(machine.u64())),
  84: (machine) => machine.push(machine.text(machine.u32())),
  85: (machine) => machine.push(machine.text(machine.u8())),
  66: (machine) => machine.push(machine.raw(machine.u32())),
  67: (machine) => machine.push(machine.raw(machine.u8())),
  142: (machine) => machine.push(machine.raw(machine.u64())),
  99: (machine) => machine.push(globalOf(machine, machine.line(), machine.line())),
  147: (machine) => {
    const [module, name] = machine.popMany(2);
    machine.push(globalOf(machine, module, name));
  },
  129: (machine) => machine.reduce(), // NEWOBJ: of the globals there are, the same as a call
  82: (machine) => machine.reduce(),
  98: (machine) => machine.build(),
  81: (machine) => machine.push(machine.persistent(machine.pop())),
  113: (machine) => machine.remember(machine.u8()),
  114: (machine) => machine.remember(machine.u32()),
  148: (machine) => machine.remember(),
  104: (machine) => machine.push(machine.recall(machine.u8())),
  106: (machine) => machine.push(machine.recall(machine.u32())),
};

const stop = 0x2e;

/**
 * Reads the pickle that begins at `start` as data: tensors, lists, maps, texts and numbers. Any other global is refused by
 * its name, and no code is run. `source` names the file in messages. Throws unsupported for such a global, file-truncated or
 * file-invalid.
 */
export function unpickle(bytes: Uint8Array, start: number, source: string, options: PickleOptions): Unpickled {
  const machine = new PickleMachine(bytes, start, source, options.persistent);
  for (;;) {
    const at = machine.at;
    const code = machine.u8();
    if (code === stop) return { value: machine.pop(), end: machine.at };
    const run = Object.hasOwn(opcodes, code) ? opcodes[code] : undefined;
    if (!run) {
      throw machine.invalid(`byte ${at}: the opcode 0x${code.toString(16)} is none that tensors are written with`);
    }
    run(machine);
  }
}
