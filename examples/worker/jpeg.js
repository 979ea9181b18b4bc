import mozjpeg from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import decoder from '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm';
import { initEmscriptenModule } from '@jsquash/jpeg/utils.js';
import { damaged, wrongType } from './http-error.js';
import { checkSize } from './limits.js';

/** What mozjpeg says of the image that it is reading. */
const complaints = [];

const newCodec = () => initEmscriptenModule(mozjpeg, decoder, { printErr: (line) => complaints.push(line) });

let codec = newCodec();
await codec;

/** The pixels of a JPEG, RGBA, upright. Throws 400, 413, 415 and 422. */
export async function decodeJpeg(bytes) {
  const header = headerOf(bytes);
  checkSize(header);
  if (header.channels !== 1 && header.channels !== 3) {
    throw wrongType(`a JPEG of ${header.channels} channels; grey (1) and colour (3) are read`);
  }
  const { decode } = await codec;
  // From here to the end without await, so that complaints are about this image.
  complaints.length = 0;
  let image;
  try {
    image = decode(bytes, true);
  } catch {
    // mozjpeg left by exit(), and with it what it had allocated: the next image gets a new instance.
    codec = newCodec();
  }
  if (!image || complaints.length > 0) throw damaged(`not a whole JPEG: ${complaints[0] ?? 'it cannot be decoded'}`);
  return image;
}

/** The frame header's size: segments are passed over by their lengths until it comes. */
function headerOf(bytes) {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw damaged('not a JPEG: it does not begin like one');
  const word = (at) => (bytes[at] << 8) | bytes[at + 1];
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1];
    if (isFrame(marker)) return { height: word(at + 5), width: word(at + 7), channels: bytes[at + 9] };
    at += marker === 0xff ? 1 : 2 + word(at + 2);
  }
  throw damaged('not a whole JPEG: it ends before its size is told');
}

/** SOF0 … SOF15 but for tables (DHT, DAC) and the reserved JPG. */
const isFrame = (marker) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
