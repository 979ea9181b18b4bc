import { isCheckpoint, readCheckpoint } from './pytorch/checkpoint.ts';
import { readSafetensors, type SafeTensor } from './safetensors/read-safetensors.ts';
import { zipEntries } from './zip-entries.ts';

/**
 * The tensors of a file of weights by name: a `.safetensors`, or a state_dict that `torch.save` wrote (`.pt`, `.pth`). `source`
 * names the file in messages, `onNote` is told where in a checkpoint they were. Throws file-truncated, file-invalid or unsupported.
 */
export function readWeights(
  bytes: Uint8Array,
  source: string,
  onNote?: ((text: string) => void) | undefined,
): ReadonlyMap<string, SafeTensor> {
  return isCheckpoint(bytes, zipEntries(bytes))
    ? readCheckpoint(bytes, source, onNote)
    : readSafetensors(bytes, source);
}
