/** What a run of the command gave. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

const badDescriptor = 8;

/**
 * Runs a WASI command with arguments of any bytes and length, which no operating system hands over. It has no files: what
 * is opened cannot be.
 */
export function runCommand(module: WebAssembly.Module, args: readonly Uint8Array[]): CommandResult {
  const written = new Map<number, number[]>([
    [1, []],
    [2, []],
  ]);
  const memory = (): WebAssembly.Memory => exports.memory as WebAssembly.Memory;
  const view = (): DataView => new DataView(memory().buffer);
  const refuse = (): number => badDescriptor;
  const wasi = {
    args_sizes_get(count: number, bytes: number): number {
      view().setUint32(count, args.length, true);
      view().setUint32(
        bytes,
        args.reduce((sum, arg) => sum + arg.length + 1, 0),
        true,
      );
      return 0;
    },
    args_get(pointers: number, text: number): number {
      let at = text;
      args.forEach((arg, i) => {
        view().setUint32(pointers + 4 * i, at, true);
        new Uint8Array(memory().buffer, at).set([...arg, 0]);
        at += arg.length + 1;
      });
      return 0;
    },
    fd_write(fd: number, vectors: number, count: number, total: number): number {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const [at, length] = [0, 4].map((offset) => view().getUint32(vectors + 8 * i + offset, true)) as [
          number,
          number,
        ];
        written.get(fd)?.push(...new Uint8Array(memory().buffer, at, length));
        sum += length;
      }
      view().setUint32(total, sum, true);
      return 0;
    },
    proc_exit(code: number): never {
      throw new Exit(code);
    },
    fd_prestat_get: refuse,
    fd_prestat_dir_name: refuse,
    path_open: refuse,
    fd_filestat_get: refuse,
    fd_read: refuse,
  };
  const { exports } = new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi });
  let code = 0;
  try {
    (exports._start as () => void)();
  } catch (cause) {
    if (!(cause instanceof Exit)) throw cause;
    code = cause.code;
  }
  return {
    code,
    stdout: Uint8Array.from(written.get(1) ?? []),
    stderr: Uint8Array.from(written.get(2) ?? []),
  };
}
