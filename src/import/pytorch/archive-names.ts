/** The graph of a program in an archive of today. */
export const isCurrent = (name: string): boolean => /(^|\/)models\/[^/]+\.json$/.test(name);

/** The same in one of torch 2.6. */
export const isEarlier = (name: string): boolean => /(^|\/)serialized_exported_program\.json$/.test(name);

/** Whether names are those of an archive of `torch.export.save`. */
export const isProgram = (names: readonly string[]): boolean =>
  names.some((name) => isCurrent(name) || isEarlier(name));
