export function buildPlayground(to?: string): Promise<string>;
export function sizesOf(from: string): {
  readonly total: number;
  readonly first: number;
  readonly compiler: number;
  readonly importer: number;
};
