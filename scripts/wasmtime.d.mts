export function findWasmtime(options?: { fetch?: boolean }): string | undefined;
