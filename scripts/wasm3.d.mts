export function findWasm3(options?: {
  fetch?: boolean;
}): { readonly command: string; readonly env: Readonly<Record<string, string>> } | undefined;
