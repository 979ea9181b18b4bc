export interface Python {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}
export function findPythonWasmtime(options?: { readonly fetch?: boolean }): Python | undefined;
