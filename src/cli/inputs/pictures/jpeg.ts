import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { LiteBlockError } from '../../../format/errors.ts';
import type { Pixels } from '../../../runtime/image/resize.ts';
import { readJpegHeader } from './jpeg-header.ts';
import { cutOff, damaged } from './limits.ts';

/** Decodes a JPEG: RGBA, as it is stored, whatever its EXIF orientation. Throws file-truncated, file-invalid, unsupported. */
export type JpegDecoder = (bytes: Uint8Array, source: string) => Pixels;

/** mozjpeg as WebAssembly: with the settings that Pillow has, the same pixels. */
export async function loadJpegDecoder(): Promise<JpegDecoder> {
  const { default: mozjpeg } = await import('@jsquash/jpeg/codec/dec/mozjpeg_dec.js');
  const path = createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm');
  const module = await WebAssembly.compile(new Uint8Array(await readFile(path)));
  const complaints: string[] = [];
  const options = {
    noInitialRun: true,
    printErr: (line: string) => void complaints.push(line),
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance);
      return instance.exports;
    },
  };
  const codec = await mozjpeg(options);
  return (bytes, source) => {
    const { channels } = readJpegHeader(bytes, source);
    if (channels !== 1 && channels !== 3) {
      const what = `a JPEG with ${channels} channels; expected 1 (grey) or 3 (color): save it as RGB`;
      throw new LiteBlockError('unsupported', `${source}: ${what}`);
    }
    complaints.length = 0;
    const image = attempt(() => codec.decode(bytes as Uint8Array<ArrayBuffer>, false));
    // What else it complains of, such as bytes between segments, Pillow passes over, too.
    if (complaints.some((line) => line.startsWith('Premature end'))) throw cutOff(source, 'a JPEG without its end');
    if (!image) throw damaged(source, `a JPEG that cannot be decoded: ${complaints.join('; ') || 'it is damaged'}`);
    return image;
  };
}

/** It leaves by exit(), which throws, where it cannot go on. */
function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
