/** The functions of WASI preview 1 that the command uses. All return an errno, 0 for success. */

@external("wasi_snapshot_preview1", "args_sizes_get")
export declare function argsSizesGet(count: usize, bytes: usize): i32;


@external("wasi_snapshot_preview1", "args_get")
export declare function argsGet(pointers: usize, text: usize): i32;


@external("wasi_snapshot_preview1", "fd_prestat_get")
export declare function fdPrestatGet(fd: i32, prestat: usize): i32;


@external("wasi_snapshot_preview1", "fd_prestat_dir_name")
export declare function fdPrestatDirName(fd: i32, path: usize, length: usize): i32;


@external("wasi_snapshot_preview1", "path_open")
export declare function pathOpen(
  fd: i32,
  lookup: i32,
  path: usize,
  length: usize,
  flags: i32,
  rights: i64,
  inheriting: i64,
  fdFlags: i32,
  opened: usize,
): i32;


@external("wasi_snapshot_preview1", "fd_filestat_get")
export declare function fdFilestatGet(fd: i32, filestat: usize): i32;


@external("wasi_snapshot_preview1", "fd_read")
export declare function fdRead(fd: i32, vectors: usize, count: usize, read: usize): i32;


@external("wasi_snapshot_preview1", "fd_write")
export declare function fdWrite(fd: i32, vectors: usize, count: usize, written: usize): i32;


@external("wasi_snapshot_preview1", "proc_exit")
export declare function procExit(code: i32): void;
