import { isOnnx } from './onnx/is-onnx.ts';
import { zipEntries } from './zip-entries.ts';

/** Files that are met in place of a model or of weights, by what they are. */
export type ForeignKind = 'onnx' | 'safetensors' | 'lbm' | 'tflite' | 'json' | 'other';

/** What a file is, whatever its name says, and what its owner can do next. */
export interface ForeignFile {
  readonly kind: ForeignKind;
  /** As in "this is …". */
  readonly what: string;
  /** The next step if a model was expected. */
  readonly forModel: string;
  /** The next step if a .safetensors was expected. */
  readonly forWeights: string;
  /** False where so few bytes tell it that they may be those of pixels. */
  readonly sure: boolean;
}

const wholeNetwork = 'it is a whole network with its weights: give it in place of the network.json, without --weights';
const pytorch = {
  forModel:
    "it may be weights alone: give the network.json that they belong to, and these with --weights; or write the whole network with torch.export.save(torch.export.export(model.eval(), (x,)), 'model.pt2') (docs/pytorch.md)",
  forWeights: "write the weights anew: torch.save(model.state_dict(), 'weights.pt') (docs/pytorch.md)",
};
const keras = (load: string) => ({
  forModel: `convert it in Python: tf.lite.TFLiteConverter.${load}.convert() gives a .tflite`,
  forWeights: 'expected weights of PyTorch, as .safetensors; convert the model to a .tflite, which needs no --weights',
});
const fromKeras = keras("from_keras_model(tf.keras.models.load_model('MODEL'))");
/** The same step for both. */
const step = (next: string) => ({ forModel: next, forWeights: next });
const packed = (how: string) => step(`unpack it with ${how}, and give what is in it`);
const noModel = (next = 'expected a .tflite or a network.json') => ({
  forModel: next,
  forWeights: 'expected a .safetensors or a .pt',
});

const file = (kind: ForeignKind, what: string, next: ReturnType<typeof step>, sure = true): ForeignFile => ({
  kind,
  what,
  sure,
  ...next,
});

/** First bytes, as Latin-1. */
const magics: readonly (readonly [start: string, ...Parameters<typeof file>])[] = [
  [
    'LBM\0',
    'lbm',
    'a .lbm, compiled already',
    { forModel: 'run it, or give its .tflite', forWeights: 'expected a .safetensors or a .pt' },
  ],
  [
    'version https://git-lfs',
    'other',
    'a git-LFS pointer, not the file that it stands for',
    step('run git lfs pull in its repository'),
  ],
  ['\x89HDF\r\n\x1a\n', 'other', 'an HDF5 file, as Keras writes it (.h5)', fromKeras],
  ['\x1f\x8b\x08', 'other', 'a gzip archive', packed('gunzip or tar -xzf'), false],
  ['\xfd7zXZ\0', 'other', 'an xz archive', packed('unxz or tar -xJf')],
  ['BZh', 'other', 'a bzip2 archive', packed('bunzip2 or tar -xjf'), false],
  ['\x28\xb5\x2f\xfd', 'other', 'a Zstandard archive', packed('unzstd')],
  ['7z\xbc\xaf\x27\x1c', 'other', 'a 7-Zip archive', packed('7z x')],
  ['Rar!\x1a\x07', 'other', 'a RAR archive', packed('unrar x')],
  ['\x93NUMPY', 'other', 'a NumPy array (.npy)', noModel('it may be images: give it with --data, or after the model')],
  ['\x89PNG\r\n', 'other', 'a picture (PNG)', noModel('give it after the model')],
  ['\xff\xd8\xff', 'other', 'a picture (JPEG)', noModel('give it after the model'), false],
  ['GGUF', 'other', 'a GGUF file, of a language model', noModel()],
  ['%PDF-', 'other', 'a PDF document', noModel()],
  ['\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19', 'other', 'a PyTorch checkpoint (an old one)', pytorch],
  ...['\x02', '\x03', '\x04', '\x05'].map(
    (protocol) => [`\x80${protocol}`, 'other', 'a Python pickle', pytorch, false] as const,
  ),
];

/** The kind of file that `bytes` are; undefined if it is not known. */
export function foreignFile(bytes: Uint8Array): ForeignFile | undefined {
  if (bytes.length === 0) return undefined;
  const start = latin1(bytes.subarray(0, 64));
  const magic = magics.find(([begins]) => start.startsWith(begins));
  if (magic) {
    const [, ...what] = magic;
    return file(...what);
  }
  if (start.slice(4, 8) === 'TFL3') return file('tflite', 'a .tflite', noModel('compile or quantize it'));
  // Eight bytes of length, of which the upper ones are 0, then a JSON object.
  if (start.startsWith('\0\0\0{', 5)) return safetensors;
  if (start.startsWith('PK\x03\x04')) return zipFile(zipEntries(bytes));
  if (latin1(bytes.subarray(257, 262)) === 'ustar') return file('other', 'a tar archive', packed('tar -xf'));
  return protobuf(bytes) ?? text(bytes);
}

const safetensors = file(
  'safetensors',
  'a .safetensors, which has only weights',
  { forModel: 'give the network.json that they belong to, and these with --weights', forWeights: '' },
  false,
);

/** What a text is: the bytes of a model may hold any of these words, but not begin so. */
function text(bytes: Uint8Array): ForeignFile | undefined {
  const head = latin1(bytes.subarray(0, 8192)).replace('\xef\xbb\xbf', '').trimStart();
  if (/^<(!do|htm|hea|\?xml)/i.test(head)) {
    const next = 'a server may have answered with an error page: give the address of the file itself';
    return file('other', 'an HTML page', step(next));
  }
  if (/^[{[]/.test(head)) {
    const isIndex = head.includes('"weight_map"');
    if (isIndex)
      return file('json', 'the index of weights in several .safetensors', step('join them into one file'), false);
    const next = {
      forModel: 'a network.json is given to quantize, with --weights',
      forWeights: 'expected a .safetensors or a .pt',
    };
    return file('json', 'a JSON file', next, false);
  }
  const isText = !/[^\t\n\r -~\x80-\xff]/.test(head);
  if (!isText) return undefined;
  const code = behindComments(latin1(bytes.subarray(0, mostComments))).slice(0, 8192);
  if (!/\b(char|u?int8_t)\b[^;{]*\[[^\]]*\]/.test(code)) return undefined;
  const next =
    "give the .tflite that it was made of, or write it anew: grep -o '0x[0-9a-fA-F][0-9a-fA-F]' FILE | xxd -r -p";
  return file('other', 'C source with a model as an array', step(`${next} > model.tflite`));
}

/** Bytes of a licence and of what else stands before the code of a C source. */
const mostComments = 1 << 20;

/** C source from its first line on that is not a comment and nothing of the preprocessor. */
function behindComments(source: string): string {
  for (let at = 0; ; ) {
    while (/\s/.test(source.charAt(at))) at++;
    const isBlock = source.startsWith('/*', at);
    if (!isBlock && !source.startsWith('//', at) && source.charAt(at) !== '#') return source.slice(at);
    const end = isBlock ? source.indexOf('*/', at + 2) + 2 : source.indexOf('\n', at) + 1;
    if (end <= at) return '';
    at = end;
  }
}

function zipFile(names: readonly string[]): ForeignFile {
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (
    has(/(^|\/)(serialized_exported_program\.json|archive_format|models\/model\.json)$/) ||
    has(/\/data\/weights\//)
  ) {
    return file('other', 'an exported program of PyTorch (.pt2)', {
      forModel: 'importFile reads it, importModel reads .tflite alone',
      forWeights: wholeNetwork,
    });
  }
  if (has(/(^|\/)data\.pkl$/)) {
    return file('other', has(/(^|\/)code\//) ? 'a TorchScript program (.pt)' : 'a PyTorch checkpoint (.pt)', pytorch);
  }
  if (has(/(^|\/)model\.weights\.h5$/)) return file('other', 'a Keras model (.keras)', fromKeras);
  if (has(/(^|\/)saved_model\.pb$/))
    return file('other', 'a zip archive with a TensorFlow SavedModel', packed('unzip'));
  const inside = names.find((name) => /\.(tflite|safetensors|onnx|h5|keras|pt|pth)$/.test(name));
  if (inside) return file('other', `a zip archive with ${inside}`, packed('unzip'));
  if (names.length > 0 && names.every((name) => name.endsWith('.npy'))) {
    return file('other', 'NumPy arrays in one file (.npz)', noModel('a .npy of images is made of one with np.save'));
  }
  return file('other', 'a zip archive', {
    forModel: 'it has no model in it; expected a .tflite, a .pt2 of torch.export.save, a .onnx or a network.json',
    forWeights:
      "it has no weights in it; expected a .safetensors, or a .pt of torch.save(model.state_dict(), 'weights.pt')",
  });
}

/** Messages of protobuf that are models. */
function protobuf(bytes: Uint8Array): ForeignFile | undefined {
  if (isOnnx(bytes)) return onnx;
  const [tag = 0, value = 0, next = 0] = bytes;
  // SavedModel: schema version 1, then its graphs (field 2).
  if (tag === 0x08 && value === 1 && next === 0x12) {
    return file('other', 'a TensorFlow SavedModel (.pb)', keras("from_saved_model('FOLDER')"));
  }
  return isGraphDef(bytes)
    ? file(
        'other',
        'a TensorFlow graph (.pb)',
        keras("from_saved_model('FOLDER') of the SavedModel that it was made of"),
      )
    : undefined;
}

const onnx = file(
  'onnx',
  'an ONNX model',
  {
    forModel: 'importFile reads it, importModel reads .tflite alone',
    forWeights: wholeNetwork,
  },
  false,
);

/** GraphDef: nodes (field 1), of which each begins with its name (field 1) and its operator (field 2), which are texts. */
function isGraphDef(bytes: Uint8Array): boolean {
  let at = 1;
  while (at < 6 && (bytes[at] ?? 0) >= 0x80) at++;
  const nameBytes = bytes[at + 2] ?? 0;
  const op = at + 3 + nameBytes;
  const name = latin1(bytes.subarray(at + 3, op));
  const isName = /^[A-Za-z0-9.][A-Za-z0-9_./\\-]*$/.test(name) && name.length === nameBytes;
  const opName = latin1(bytes.subarray(op + 2, op + 2 + (bytes[op + 1] ?? 0)));
  return (
    bytes[0] === 0x0a && bytes[at + 1] === 0x0a && isName && bytes[op] === 0x12 && /^[A-Z][A-Za-z0-9]+$/.test(opName)
  );
}

const latin1 = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
