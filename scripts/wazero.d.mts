export function findWazero(options?: { readonly fetch?: boolean }): string | undefined;
