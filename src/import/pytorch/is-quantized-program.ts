import { ZipArchive } from '../zip/read-zip.ts';
import { isCurrent, isEarlier, readText } from './archive-names.ts';

/**
 * Whether a program was quantised in PyTorch (PT2E): by the text of its graph, which is not read otherwise. Throws file-truncated or
 * file-invalid.
 */
export function isQuantizedProgram(bytes: Uint8Array, source: string): boolean {
  const zip = new ZipArchive(bytes, source);
  const path = zip.names.find((name) => isCurrent(name) || isEarlier(name));
  return (
    path !== undefined && new TextDecoder().decode(readText(zip, path)).includes('"torch.ops.quantized_decomposed.')
  );
}
