export function findTfliteRuntime(options?: {
  fetch?: boolean;
}): { command: string; env: Record<string, string> } | undefined;
