import { LiteBlockError } from '../../format/errors.ts';
import { contentsOf } from './contents.ts';
import { readDirectory, type ZipRecord } from './directory.ts';

/** Bytes that all deflated files of an archive may have together: PyTorch deflates none. */
const mostInflated = 2 ** 26;

/** An archive whose directory is sound. A file of it is read, and checked against its CRC, when it is asked for. */
export class ZipArchive {
  readonly source: string;
  readonly #bytes: Uint8Array;
  readonly #records: ReadonlyMap<string, ZipRecord>;
  #inflated = 0;

  /** Throws what `readDirectory` throws. */
  constructor(bytes: Uint8Array, source: string) {
    this.source = source;
    this.#bytes = bytes;
    this.#records = readDirectory(bytes, source);
  }

  get names(): readonly string[] {
    return [...this.#records.keys()];
  }

  /** Bytes of a file once it is unpacked; undefined where there is none of this name. */
  sizeOf(name: string): number | undefined {
    return this.#records.get(name)?.size;
  }

  /**
   * The bytes of a file: of the archive itself where they are stored there as they are. Throws file-invalid where they are
   * not there, damaged, or more than an archive of a model may unpack.
   */
  read(name: string): Uint8Array {
    const record = this.#records.get(name);
    if (!record) throw new LiteBlockError('file-invalid', `${this.source}: the archive has no file ${name}`);
    if (record.method !== 'stored') this.#inflated += record.size;
    if (this.#inflated > mostInflated) {
      const what = `${name}: the archive unpacks to more than ${mostInflated / 2 ** 20} MiB (store its files as PyTorch does)`;
      throw new LiteBlockError('file-invalid', `${this.source}: ${what}`);
    }
    return contentsOf(this.#bytes, record, this.source);
  }
}
