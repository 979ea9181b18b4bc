"""Makes test/data/onnx/quantized: small quantised networks in every form, each with inputs and ONNX Runtime's outputs for them.

    python3 -m venv venv && venv/bin/pip install onnx==1.23.2 onnxruntime==1.32.0 numpy
    venv/bin/python scripts/make-onnx-cases.py

`cases.json` has inputs and outputs, and those of the quantised digits networks in test/data/litenet_digits. Seeds are fixed.
"""

import json
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

ROOT = pathlib.Path(__file__).parent.parent / "test" / "data"
FOLDER = ROOT / "onnx" / "quantized"
MAP = (1, 4, 6, 5)
MICROSOFT = "com.microsoft"
random = np.random.default_rng(5)


class Network:
    """A network whose input is quantised first and whose output is dequantised last."""

    def __init__(self, dtype, shape=MAP, opset=13):
        self.dtype, self.opset, self.shape = np.dtype(dtype), opset, shape
        self.nodes, self.constants = [], []
        self.now = "x"

    def constant(self, values, dtype=None):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype), name))
        return name

    def scale(self, low=-3.0, high=3.0):
        """Names of a scale and a zero point that reach from low to high."""
        least = np.iinfo(self.dtype).min
        step = np.float32((high - low) / 255)
        return self.constant(step, np.float32), self.constant(np.clip(round(least - low / step), least, least + 255), self.dtype)

    def node(self, op, inputs, domain="", **attributes):
        name = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=f"{op}_{len(self.nodes)}", domain=domain, **attributes))
        return name

    def quantized(self, x, low=-3.0, high=3.0):
        own = self.scale(low, high)
        return [self.node("QuantizeLinear", [x, *own]), *own]

    def requantized(self, x, low=-3.0, high=3.0):
        """Quantised and dequantised."""
        own = self.scale(low, high)
        return self.node("DequantizeLinear", [self.node("QuantizeLinear", [x, *own]), *own])

    def weights(self, shape, dtype, channels=0, axis=0):
        """Whole numbers, scales and zero points: names."""
        info = np.iinfo(dtype)
        values = random.integers(info.min + 1, info.max, shape, dtype, endpoint=True)
        if channels:
            return self.constant(values), self.constant(random.uniform(0.004, 0.01, channels), np.float32), self.constant(np.zeros(channels), dtype)
        zero = 0 if info.min < 0 else 121
        return self.constant(values), self.constant(0.006, np.float32), self.constant(zero, dtype)

    def save(self, name, output):
        graph = helper.make_graph(
            self.nodes,
            name,
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, self.shape)],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
            self.constants,
        )
        opsets = [helper.make_opsetid("", self.opset), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="liteblock")
        (FOLDER / f"{name}.onnx").write_bytes(model.SerializeToString())
        return model


def integers(dtype, op, make, shape=MAP, low=-3.0, high=3.0, domain=MICROSOFT, **attributes):
    """x, quantised, through an operator of integers. `make` gives its inputs of x and the output's scale."""
    network = Network(dtype, shape)
    x = network.quantized("x")
    own = network.scale(low, high)
    y = network.node(op, make(network, x, own), domain, **attributes)
    return network, network.node("DequantizeLinear", [y, *own])


def qdq(op, make=lambda network, x: [x], shape=MAP, low=-3.0, high=3.0, dtype=np.int8, opset=13, **attributes):
    """x, quantised and dequantised, through an operator of real values."""
    network = Network(dtype, shape, opset)
    x = network.requantized("x")
    return network, network.requantized(network.node(op, make(network, x), **attributes), low, high)


def convolution(weights, channels, groups=1):
    def make(network, x, own):
        w = network.weights((8, 4 // groups, 3, 3), weights, 8 if channels else 0)
        bias = network.constant(random.integers(-900, 900, 8), np.int32)
        return [*x, *w, *own, bias]

    return make


def real_weights(network, shape, dtype, channels=0, axis=0):
    """Weights by a DequantizeLinear node."""
    attributes = {"axis": axis} if channels else {}
    return network.node("DequantizeLinear", list(network.weights(shape, dtype, channels)), **attributes)


def simple(network, x, own):
    return [*x, *own]


def twice(network, x, own):
    other = network.scale(-1.5, 2.0)
    y = network.node("QuantizeLinear", ["x", *other])
    return [*x, y, *other, *own]


def gemm(network, x, own):
    w = network.weights((5, 12), np.int8, 5)
    return [*x, *w, network.constant(random.integers(-500, 500, 5), np.int32), *own]


def concatenation(network, x, own):
    other = network.scale(-1.0, 1.0)
    y = network.node("QuantizeLinear", ["x", *other])
    return [*own, *x, y, *other]


def old(opset, make):
    """Zero points left out and types as attributes, as later versions have them."""
    network = Network(np.uint8, MAP, opset)
    return make(network)


def without_zero_point(network):
    step = network.constant(4 / 255, np.float32)
    x = network.node("DequantizeLinear", [network.node("QuantizeLinear", ["x", step]), step])
    return network, network.requantized(network.node("Relu", [x]), 0, 3)


def named_type(network):
    step = network.constant(4 / 127, np.float32)
    x = network.node("QuantizeLinear", ["x", step], output_dtype=int(TensorProto.INT8))
    x = network.node("DequantizeLinear", [x, step])
    network.dtype = np.dtype(np.int8)
    return network, network.requantized(network.node("Neg", [x]))


CASES = {
    "conv-u8": lambda: integers(np.uint8, "QLinearConv", convolution(np.uint8, False), domain="", pads=[1, 1, 1, 1]),
    "conv-i8": lambda: integers(np.int8, "QLinearConv", convolution(np.int8, False), domain="", pads=[1, 1, 1, 1], strides=[2, 1]),
    "conv-u8-channel": lambda: integers(np.uint8, "QLinearConv", convolution(np.int8, True), domain="", pads=[0, 1, 1, 0]),
    "conv-i8-depthwise": lambda: integers(np.int8, "QLinearConv", convolution(np.int8, True, 4), domain="", group=4, dilations=[2, 1]),
    "matmul-u8": lambda: integers(np.uint8, "QLinearMatMul", lambda n, x, own: [*x, *n.weights((12, 7), np.int8), *own], (1, 12), domain=""),
    "matmul-i8-columns": lambda: integers(np.int8, "QLinearMatMul", lambda n, x, own: [*x, *n.weights((12, 7), np.int8, 7), *own], (1, 12), domain=""),
    "add-u8": lambda: integers(np.uint8, "QLinearAdd", twice),
    "add-i8": lambda: integers(np.int8, "QLinearAdd", twice),
    "mul-u8": lambda: integers(np.uint8, "QLinearMul", twice, low=-1, high=6),
    "mul-i8": lambda: integers(np.int8, "QLinearMul", twice, low=-1, high=6),
    "average-u8": lambda: integers(np.uint8, "QLinearAveragePool", simple, kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 0]),
    "average-i8-counts": lambda: integers(np.int8, "QLinearAveragePool", simple, kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1),
    "global-average-u8": lambda: integers(np.uint8, "QLinearGlobalAveragePool", simple, low=-1, high=1),
    "global-average-i8": lambda: integers(np.int8, "QLinearGlobalAveragePool", simple, low=-1, high=1),
    "concat-u8": lambda: integers(np.uint8, "QLinearConcat", concatenation, axis=1),
    "concat-i8": lambda: integers(np.int8, "QLinearConcat", concatenation, axis=2),
    "leaky-u8": lambda: integers(np.uint8, "QLinearLeakyRelu", simple, low=-1, alpha=0.2),
    "leaky-i8": lambda: integers(np.int8, "QLinearLeakyRelu", simple, low=-1, alpha=0.2),
    "sigmoid-u8": lambda: integers(np.uint8, "QLinearSigmoid", simple, low=0, high=1),
    "sigmoid-i8": lambda: integers(np.int8, "QLinearSigmoid", simple, low=0, high=1),
    "softmax-u8": lambda: integers(np.uint8, "QLinearSoftmax", simple, (1, 12), low=0, high=1, axis=-1, opset=13),
    "gemm-i8": lambda: integers(np.int8, "QGemm", gemm, (1, 12), transB=1),
    "gemm-u8": lambda: integers(np.uint8, "QGemm", gemm, (1, 12), transB=1),
    "qdq-conv-channel": lambda: qdq("Conv", lambda n, x: [x, real_weights(n, (8, 4, 3, 3), np.int8, 8)]),
    "qdq-conv-u8": lambda: qdq("Conv", lambda n, x: [x, real_weights(n, (8, 4, 1, 1), np.uint8)], dtype=np.uint8),
    "qdq-matmul": lambda: qdq("MatMul", lambda n, x: [x, real_weights(n, (12, 7), np.int8, 7, 1)], (1, 12)),
    "qdq-mul": lambda: qdq("Mul", lambda n, x: [x, n.requantized("x", -1, 2)], low=-1, high=6),
    "qdq-constant": lambda: qdq("Add", lambda n, x: [x, n.node("DequantizeLinear", [n.constant(random.integers(-90, 90, (4, 1, 1)), np.int8), n.constant(0.01, np.float32), n.constant(3, np.int8)])]),
    "qdq-sigmoid": lambda: qdq("Sigmoid", low=0, high=1),
    "qdq-hardswish": lambda: qdq("HardSwish", opset=14, low=-0.5),
    "qdq-max-pool": lambda: qdq("MaxPool", kernel_shape=[2, 2], strides=[2, 2], low=-3, high=3),
    "qdq-average": lambda: qdq("AveragePool", kernel_shape=[3, 2], pads=[1, 0, 0, 1], dtype=np.uint8),
    "qdq-softmax": lambda: qdq("Softmax", shape=(1, 12), low=0, high=1, dtype=np.uint8),
    "qdq-transpose": lambda: qdq("Transpose", perm=[0, 2, 3, 1]),
    "qdq-resize": lambda: qdq("Resize", lambda n, x: [x, "", n.constant([1, 1, 2, 2], np.float32)], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
    "without-zero-point": lambda: old(10, without_zero_point),
    "named-type": lambda: old(21, named_type),
}


def bad(change):
    """A network of one QDQ convolution and one operator of integers, of which `change` breaks something."""
    network = Network(np.uint8)
    given = {"scale": np.float32(0.02), "zero": np.uint8(128), "weights": np.float32([0.01] * 8), "attributes": {}, "inputs": 9}
    given.update(change)
    step, zero = network.constant(given["scale"]), network.constant(given["zero"])
    x = network.node("QuantizeLinear", ["x", step, zero], **given["attributes"])
    w = network.constant(random.integers(-9, 9, (8, 4, 3, 3), np.int8))
    scales = network.constant(given["weights"])
    zeros = network.constant(np.zeros(given["weights"].shape, np.int8))
    bias = network.constant(np.zeros(given.get("bias", 8), np.int32))
    y = network.node("QLinearConv", [x, step, zero, w, scales, zeros, step, zero, bias][: given["inputs"]])
    return network, network.node("DequantizeLinear", [y, given.get("taken", step), zero] if "taken" not in given else [y, network.constant(given["taken"]), zero])


BAD = {
    "scale-0": {"scale": np.float32(0)},
    "scale-negative": {"scale": np.float32(-1)},
    "scale-nan": {"scale": np.float32("nan")},
    "scales-many": {"scale": np.float32([0.1, 0.2])},
    "scales-none": {"scale": np.zeros(0, np.float32)},
    "zero-int16": {"zero": np.int16(3)},
    "weights-scales": {"weights": np.float32([0.01] * 5)},
    "weights-scale-0": {"weights": np.float32([0.01] * 7 + [0])},
    "blocks": {"attributes": {"block_size": 2}},
    "inputs-few": {"inputs": 4},
    "bias-short": {"bias": 3},
    "taken-otherwise": {"taken": np.float32(0.5)},
}


def real_between():
    """A convolution is quantised; what follows is left in real values, up to the output, which is quantised."""
    network = Network(np.int8)
    x = network.requantized("x")
    x = network.requantized(network.node("Conv", [x, real_weights(network, (6, 4, 3, 3), np.int8, 6)], pads=[1, 1, 1, 1]), -5, 5)
    x = network.node("Mul", [network.node("Sigmoid", [x]), x])
    x = network.node("Conv", [x, network.constant(random.normal(0, 0.3, (3, 6, 1, 1)), np.float32)])
    return network, network.requantized(x, -4, 4)


def outputs(model, inputs):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return [session.run(None, {name: x})[0] for x in inputs]


def values(array):
    return {"shape": list(array.shape), "data": [float(f"{v:.9g}") for v in np.ravel(array).tolist()]}


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    written = {}
    for name, make in CASES.items():
        network, output = make()
        model = network.save(name, output)
        inputs = [random.normal(0, 1.2, network.shape).astype(np.float32) for _ in range(2)]
        made = outputs(model, inputs)
        written[name] = {"inputs": [values(x) for x in inputs], "outputs": [values(y) for y in made]}
        print(name)
    broken = FOLDER.parent / "quantized-bad"
    broken.mkdir(exist_ok=True)
    for name, change in BAD.items():
        network, output = bad(change)
        network.save(f"../quantized-bad/{name}", output)
    network, output = real_between()
    inputs = [random.normal(0, 1.2, network.shape).astype(np.float32) for _ in range(6)]
    made = outputs(network.save("../real-between", output), inputs)
    between = {"inputs": [values(x) for x in inputs], "outputs": [values(y) for y in made]}
    folder = ROOT / "litenet_digits"
    pixels = np.frombuffer((folder / "test_images_u8.bin").read_bytes(), np.uint8).reshape(-1, 1, 1, 8, 8)[:20]
    images = [x.astype(np.float32) / 8 - 1 for x in pixels]
    digits = {
        name: [values(y) for y in outputs(onnx.load(folder / f"{name}.onnx"), images)]
        for name in ("ort_int8_minmax_perchannel", "ort_int8_minmax_pertensor")
    }
    text = json.dumps({"onnxruntime": onnxruntime.__version__, "cases": written, "between": between, "digits": digits}, separators=(",", ":"))
    (FOLDER / "cases.json").write_text(text + "\n")


main()
