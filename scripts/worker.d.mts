export const compatibilityDate: string;

export interface BuiltWorker {
  readonly folder: string;
  /** The entry first. */
  readonly modules: { type: 'ESModule' | 'CompiledWasm' | 'Data'; path: string; contents: Uint8Array<ArrayBuffer> }[];
  /** The folder of static assets. */
  readonly assets: string;
  /** What wrangler says would be uploaded. */
  readonly kib: number;
  readonly gzipKib: number;
  readonly log: string;
}

export function buildWorker(name: string, options?: { readonly model?: string; readonly bulk?: boolean }): BuiltWorker;

export interface ServedWorker {
  readonly url: string;
  readonly pid: number;
  stop(): void;
}

export function serveWorker(built: BuiltWorker): Promise<ServedWorker>;
