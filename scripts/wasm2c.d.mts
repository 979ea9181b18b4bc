export function findWasm2c(options?: { readonly fetch?: boolean }): string | undefined;
