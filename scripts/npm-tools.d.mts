export type NpmTool = 'node-lowest' | 'node-24' | 'node-26' | 'bun' | 'deno' | 'typescript-lowest';
export const npmTools: readonly NpmTool[];
export function findNpmTool(name: NpmTool, options?: { readonly fetch?: boolean }): string | undefined;
