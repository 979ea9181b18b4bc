/** What a JSON value is that stands in place of a network.json, and what its owner can do next; undefined for anything else. */
export function foreignJson(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const has = (key: string): boolean => Object.hasOwn(value, key);
  const keras = 'convert its Keras model with tf.lite.TFLiteConverter, which gives a .tflite';
  if (has('weightsManifest') || (has('modelTopology') && has('format'))) {
    return `a TensorFlow.js model, not a network.json: ${keras}`;
  }
  if (has('class_name') && has('config')) return `the architecture of a Keras model, not a network.json: ${keras}`;
  if (has('weight_map')) {
    return 'the index of weights in several .safetensors, not a network.json: join them into one file, for --weights';
  }
  if (has('architectures') || has('model_type')) {
    return 'the configuration of a Hugging Face model, not a network.json: write the network as data (docs/network.md)';
  }
  return undefined;
}

/** The same of the bytes of a file. */
export function foreignJsonFile(bytes: Uint8Array): string | undefined {
  try {
    return foreignJson(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined; // no JSON, or cut off
  }
}
