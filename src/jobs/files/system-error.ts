import { LiteBlockError } from '../../format/errors.ts';

/** Words for what an operating system answers. Other answers are told by Node's own message. */
const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBADF: 'it is not open for this',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than the system allows',
  EIO: 'input/output error',
  EISDIR: 'this is a folder',
  ELOOP: 'its symbolic links go round in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'no such file',
  ENOSPC: 'no space is left on the device',
  ENOTDIR: 'a part of the path is not a folder',
  ENXIO: 'no such device',
  EPERM: 'permission denied',
  EPIPE: 'its reader has closed it',
  EROFS: 'the file system is read-only',
};

/** True for an error of a system call, such as ENOENT. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException & { readonly code: string } =>
  error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';

/** What went wrong, without the path. */
export function systemReason(error: unknown): string {
  const known = isSystemError(error) ? words[error.code] : undefined;
  return known ?? (error instanceof Error ? error.message : String(error));
}

/** `why`: a reason in words, or what was thrown. */
export const unreadable = (path: string, why: unknown): LiteBlockError =>
  new LiteBlockError('file-unreadable', `${path}: ${reasonOf(why)}`, [], { cause: why });

/** The same for an output. */
export const unwritable = (path: string, why: unknown): LiteBlockError =>
  new LiteBlockError('file-unwritable', `${path}: it could not be written: ${reasonOf(why)}`, [], { cause: why });

const reasonOf = (why: unknown): string => (typeof why === 'string' ? why : systemReason(why));
