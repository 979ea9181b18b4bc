/** Field numbers of TFLite's metadata schema (metadata_schema.fbs), of what is read. */
export const identifier = 'M001';

export const modelMetadata = { subgraphs: 3 } as const;
export const subgraphMetadata = { inputs: 2, outputs: 3 } as const;
export const tensorMetadata = { processUnits: 4, associatedFiles: 6 } as const;
/** A union: its tag, and its table. */
export const processUnit = { optionsType: 0, options: 1 } as const;
export const normalizationOptions = { mean: 0, std: 1 } as const;
export const associatedFile = { name: 0, type: 2, locale: 3 } as const;

/** The tag of NormalizationOptions. */
export const normalizationOptionsType = 1;
/** The type of a file of labels: a name for each index of an axis. */
export const tensorAxisLabels = 2;
/** The same for values that are the indices themselves, as a detection head gives classes. */
export const tensorValueLabels = 3;
