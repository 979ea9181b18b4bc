/** Tests of the ONNX project as `export.py` writes them: inputs as the importer's graphs take them, and outputs against theirs. */

const arrays = {
  float32: Float32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
};

/** The values of a tensor of a test. `read` gives the bytes of a file. */
export function valuesOf({ type, data }, read) {
  const bytes = read(data);
  return Float64Array.from(new arrays[type](bytes.slice().buffer), Number);
}

const isReal = ({ type }) => type === 'float32';

/** Why a test is none of a network of real values that a run is given and gives; undefined where it is. */
export function reasonNotApplicable({ inputs, outputs, domains, kept, operators }) {
  const other = domains.find((domain) => domain !== '');
  if (other !== undefined) return `operators of ${other}`;
  if (inputs.length === 0) return 'no inputs';
  const tensors = [...inputs, ...outputs];
  if (tensors.some((each) => each === null || each.data === null)) return 'sequences, optional values or texts';
  if (tensors.some(({ type }) => !arrays[type])) return `values of ${tensors.find(({ type }) => !arrays[type]).type}`;
  if (kept < 0) return 'no input of real values';
  if (tensors.some(({ shape }) => shape.includes(0))) return 'tensors without elements';
  if (operators.length === 1 && /^(Dequantize|Quantize|Q)Linear/.test(operators[0])) return undefined;
  const computed = outputs.find((each) => !isReal(each) && !/^u?int(32|64)$/.test(each.type));
  return computed && `an output of ${computed.type}`;
}

const product = (sizes) => sizes.reduce((all, size) => all * size, 1);

/** [c, h, w] as [h, w, c]. */
function channelsLast(values, [, c, h, w]) {
  const moved = values.slice();
  const pixels = h * (w ?? 1);
  for (let at = 0; at < moved.length; at++) moved[at] = values[(at % c) * pixels + Math.floor(at / c)];
  return moved;
}

/** The images of a tensor as a graph has them: those of a batch apart; maps, which have a shape of the user's besides, as rows of pixels. */
function imagesOf(values, shape, batch, { userShape }) {
  const count = batch > 1 && shape[0] === batch ? batch : 1;
  const size = values.length / count;
  return Array.from({ length: count }, (_, i) => {
    const own = Float32Array.from(values.subarray(i * size, (i + 1) * size));
    return userShape ? channelsLast(own, shape) : own;
  });
}

/** Against the largest value of an output, or 1 where that is less. What is infinite or no number is to be the same. */
function errorOf(ours, theirs) {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  let [largest, worst] = [0, 0];
  for (const [i, value] of theirs.entries()) {
    if (!Number.isFinite(value)) {
      if (!Object.is(value, ours[i])) return Number.POSITIVE_INFINITY;
      continue;
    }
    largest = Math.max(largest, Math.abs(value));
    worst = Math.max(worst, Number.isNaN(ours[i]) ? Number.POSITIVE_INFINITY : Math.abs(value - ours[i]));
  }
  // Some outputs are written with four decimals.
  const isRounded = theirs.every((value) => Math.fround(Number(value.toFixed(4))) === Math.fround(value));
  return Math.max(0, worst - (isRounded ? 5e-5 : 0)) / (largest || 1);
}

/** The largest error of all outputs. `run` is an evaluator of the graph; `isFolded`: all inputs but one are constants. */
export function compareTest(test, graph, run, read, isFolded) {
  const given = isFolded ? [test.inputs[test.kept]] : test.inputs;
  const leading = given.find(({ shape }) => shape.length >= 2)?.shape[0] ?? 1;
  const at = given.findIndex(({ shape }) => shape.length >= 2 && shape[0] === leading);
  // Where the leading axis is mixed with others, a graph takes all of it as one image.
  const own = at < 0 ? 1 : product(graph.tensors[graph.inputs[at]].shape);
  const batch = at >= 0 && own * leading === product(given[at].shape) ? leading : 1;
  const seen = (list, ids) =>
    list.map((each, i) => imagesOf(valuesOf(each, read), each.shape, batch, graph.tensors[ids[i]]));
  if (graph.outputs.length !== test.outputs.length) return Number.POSITIVE_INFINITY;
  const [images, theirs] = [seen(given, graph.inputs), seen(test.outputs, graph.outputs)];
  let worst = 0;
  for (let i = 0; i < Math.max(...images.map(({ length }) => length)); i++) {
    const made = run(images.map((each) => each[i % each.length]));
    for (const [k, each] of theirs.entries()) worst = Math.max(worst, errorOf(made[k], each[i % each.length]));
  }
  return worst;
}

/** What a byte of a type is here, where uint8 is int8. */
const shifts = { int8: 0, uint8: 128 };

/** The same of a quantised graph: the largest difference in steps of an output. */
export function compareQuantized(test, graph, run, read, isFolded) {
  const given = isFolded ? [test.inputs[test.kept]] : test.inputs;
  const single = ({ quantization }) => ({ scale: quantization.scale[0], zeroPoint: quantization.zeroPoint[0] });
  const bytes = (each, id) => {
    const { scale, zeroPoint } = single(graph.tensors[id]);
    return Int8Array.from(valuesOf(each, read), (value) => {
      if (!isReal(each)) return value - shifts[each.type];
      const quotient = value / scale;
      const even = Math.abs(quotient % 1) === 0.5 ? 2 * Math.round(quotient / 2) : Math.round(quotient);
      return Math.max(-128, Math.min(127, even + zeroPoint));
    });
  };
  const ordered = (values, shape, id) => (graph.tensors[id].userShape ? channelsLast(values, shape) : values);
  const first = given.map((each, i) => ordered(bytes(each, graph.inputs[i]), each.shape, graph.inputs[i]));
  const own = graph.inputs.map((id) => product(graph.tensors[id].shape));
  const images = first[0].length / own[0];
  let worst = 0;
  for (let i = 0; i < images; i++) {
    const made = run(first.map((values, k) => Int8Array.from(values.subarray(i * own[k], (i + 1) * own[k]))));
    for (const [k, each] of test.outputs.entries()) {
      const id = graph.outputs[k];
      const theirs = ordered(bytes(each, id), each.shape, id).subarray(i * made[k].length, (i + 1) * made[k].length);
      if (theirs.length !== made[k].length) return Number.POSITIVE_INFINITY;
      theirs.forEach((value, at) => {
        worst = Math.max(worst, Math.abs(value - made[k][at]));
      });
    }
  }
  return worst;
}
