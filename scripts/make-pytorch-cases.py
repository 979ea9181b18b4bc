"""Makes test/data/pytorch: small exported programs, each with an input and the output that PyTorch gives for it.

    python3 -m venv venv && venv/bin/pip install torch numpy safetensors
    venv/bin/python scripts/make-pytorch-cases.py

(the quantised ones, in quantized/, want torchao as well) and test/data/litenet_digits/litenet_digits.pt2, the digits network with its trained weights.

Each program is packed anew with deflate, without its example inputs, to keep the folder small. `cases.json` has the inputs and
outputs. Seeds are fixed: the same version of torch gives the same files.
"""

import io
import json
import pathlib
import zipfile

import torch
from torch import nn
from torch.nn import functional as F

FOLDER = pathlib.Path(__file__).parent.parent / "test" / "data" / "pytorch"


class Of(nn.Module):
    """A function of x, with modules that it may use."""

    def __init__(self, function, **modules):
        super().__init__()
        self.function = function
        for name, module in modules.items():
            if isinstance(module, torch.Tensor):
                self.register_buffer(name, module)
            else:
                setattr(self, name, module)

    def forward(self, x):
        return self.function(self, x)


def of(function, **modules):
    return Of(function, **modules)


def seq(*modules):
    return nn.Sequential(*modules)


def norm(channels):
    module = nn.BatchNorm2d(channels)
    nn.init.uniform_(module.weight, 0.5, 1.5)
    nn.init.uniform_(module.bias, -1, 1)
    module.running_mean.uniform_(-1, 1)
    module.running_var.uniform_(0.5, 2)
    return module


class LiteBlock(nn.Module):
    def __init__(self, ins, out, stride):
        super().__init__()
        self.conv1 = seq(
            nn.Conv2d(ins, ins, 3, stride, 1, groups=ins), norm(ins), nn.ReLU6(inplace=True),
            nn.Conv2d(ins, out, 1), norm(out), nn.ReLU6(inplace=True),
        )
        self.shortcut = seq(nn.Conv2d(ins, out, 1, stride), norm(out))

    def forward(self, x):
        return self.conv1(x) + self.shortcut(x)


class Litenet(nn.Module):
    """A flattened map before the Linear: its weights have to be put in another order."""

    def __init__(self):
        super().__init__()
        self.stem = seq(nn.Conv2d(3, 4, 3, 2, 1, bias=False), norm(4), nn.ReLU6())
        self.block = LiteBlock(4, 6, 2)
        self.fc = nn.Linear(6 * 3 * 2, 5)

    def forward(self, x):
        return self.fc(torch.flatten(self.block(self.stem(x)), 1))


def shuffle(_, x):
    n, c, h, w = x.shape
    return x.view(n, 2, c // 2, h, w).transpose(1, 2).contiguous().view(n, c, h, w)


def heads(self, x):
    a, b = self.a(x), self.b(self.pool(x))
    return torch.cat([y.permute(0, 2, 3, 1).reshape(1, -1, 3) for y in (a, b)], 1)


torch.manual_seed(0)
MAP = (1, 4, 7, 6)
SMALL = (1, 8, 5, 4)

CASES = {
    "litenet": (Litenet(), (1, 3, 9, 7)),
    "conv-stride": (nn.Conv2d(4, 5, 3, 2, 1), MAP),
    "conv-same": (nn.Conv2d(4, 5, (4, 3), padding="same"), MAP),
    "conv-same-dilated": (nn.Conv2d(4, 4, (2, 3), padding="same", dilation=(3, 2)), MAP),
    "conv-valid": (nn.Conv2d(4, 5, 3, padding="valid"), MAP),
    "conv-asymmetric": (nn.Conv2d(4, 5, (1, 5), (2, 1), (0, 3)), MAP),
    "conv-groups": (nn.Conv2d(4, 6, 3, 1, 1, groups=2), MAP),
    "conv-multiplier": (nn.Conv2d(4, 12, 3, 1, 1, groups=4), MAP),
    "conv-one-channel": (nn.Conv2d(1, 3, 3, 2), (1, 1, 7, 6)),
    "conv1d": (seq(nn.Conv1d(4, 6, 3, 2, 1), nn.ReLU(), nn.Conv1d(6, 6, 3, groups=6, dilation=2)), (1, 4, 15)),
    "transposed": (nn.ConvTranspose2d(4, 3, 3, 2, 1, 1), MAP),
    "transposed-groups": (nn.ConvTranspose2d(4, 6, (2, 3), (2, 1), groups=2, dilation=2), MAP),
    "transposed-depthwise": (nn.ConvTranspose2d(4, 4, 4, 2, 1, groups=4, bias=False), MAP),
    "norm-alone": (seq(nn.ReLU(), norm(4)), MAP),
    "norm-vector": (seq(nn.Linear(6, 5), nn.BatchNorm1d(5)), (1, 6)),
    "norm-flattened": (seq(nn.Conv2d(4, 2, 1), nn.Flatten(), nn.BatchNorm1d(84), nn.Linear(84, 3)), MAP),
    "norm-plain": (nn.BatchNorm2d(4, affine=False), MAP),
    "relu6-spellings": (
        of(lambda s, x: torch.clamp(F.relu6(F.hardtanh(x, 0.0, 6.0)), 0, 6) + torch.clamp(torch.relu(x), max=6.0, min=0.0)),
        MAP,
    ),
    "hardtanh": (nn.Hardtanh(), MAP),
    "hardswish": (seq(nn.Hardswish(), nn.Hardsigmoid()), MAP),
    "silu": (seq(nn.SiLU(inplace=True), nn.Sigmoid(), nn.Tanh()), MAP),
    "leaky": (nn.LeakyReLU(0.2), MAP),
    "prelu": (nn.PReLU(4), MAP),
    "prelu-one": (nn.PReLU(), MAP),
    "softmax": (nn.Softmax(1), (1, 7)),
    "softmax-map": (nn.Softmax(1), MAP),
    "softmax-columns": (nn.Softmax(3), MAP),
    "add-alpha": (of(lambda s, x: torch.add(x, torch.relu(x), alpha=3)), MAP),
    "sub": (of(lambda s, x: 1.5 - x - torch.sigmoid(x)), MAP),
    "scale-shift": (of(lambda s, x: (x - s.mean) / s.std * 2 + 1, mean=torch.rand(1, 4, 1, 1), std=torch.rand(4, 1, 1) + 1), MAP),
    "add-positions": (of(lambda s, x: x + s.p, p=torch.randn(4, 7, 6)), MAP),
    "add-columns": (of(lambda s, x: x * s.p, p=torch.randn(6)), MAP),
    "gate": (of(lambda s, x: x * torch.sigmoid(s.fc(x.mean((2, 3), keepdim=True))), fc=nn.Conv2d(4, 4, 1)), MAP),
    "gate-linear": (of(lambda s, x: x * torch.sigmoid(s.fc(x.mean((2, 3)))).view(1, 4, 1, 1), fc=nn.Linear(4, 4)), MAP),
    "gate-space": (of(lambda s, x: x * torch.sigmoid(x.mean(1, keepdim=True))), MAP),
    "gate-rows": (of(lambda s, x: x * torch.sigmoid(x.mean(3, keepdim=True))), MAP),
    "mean-rows": (of(lambda s, x: x.mean(2)), MAP),
    "mean-channels": (of(lambda s, x: x.mean(1)), MAP),
    "mean-all": (of(lambda s, x: x.flatten(1).mean(1, keepdim=True)), MAP),
    "adaptive": (seq(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)), MAP),
    "adaptive-parts": (nn.AdaptiveAvgPool2d((3, 2)), (1, 4, 7, 6)),
    "average-counts": (nn.AvgPool2d(3, 2, 1), MAP),
    "average-not-counts": (nn.AvgPool2d(3, 2, 1, count_include_pad=False), MAP),
    "average-ceil": (nn.AvgPool2d(3, 2, 1, ceil_mode=True), (1, 2, 6, 8)),
    "average-ceil-not-counts": (nn.AvgPool2d((2, 3), 2, (1, 0), ceil_mode=True, count_include_pad=False), (1, 2, 6, 8)),
    "max-ceil": (nn.MaxPool2d(3, 2, ceil_mode=True), (1, 2, 6, 8)),
    "max-padded": (nn.MaxPool2d((3, 2), 2, (1, 1)), MAP),
    "flatten-linear": (seq(nn.Conv2d(4, 3, 3), nn.Flatten(), nn.ReLU(), nn.Dropout(), nn.Linear(60, 7)), MAP),
    "linear-rows": (of(lambda s, x: s.fc(x.permute(0, 2, 3, 1)), fc=nn.Linear(4, 5)), MAP),
    "addmm": (of(lambda s, x: torch.addmm(s.b, x.flatten(1), s.m, beta=0.5, alpha=2), b=torch.randn(3), m=torch.randn(168, 3)), MAP),
    "matmul": (of(lambda s, x: x @ s.m, m=torch.randn(6, 3)), MAP),
    "flatten-output": (seq(nn.Conv2d(4, 3, 3), nn.Flatten()), MAP),
    "channels-last-output": (of(lambda s, x: torch.relu(x).permute(0, 2, 3, 1)), MAP),
    "transposes": (of(lambda s, x: s.b(s.a(x).transpose(1, 3).contiguous().transpose(1, 3)), a=nn.Conv2d(4, 5, 1), b=nn.Conv2d(5, 3, 1)), MAP),
    "swapped": (of(lambda s, x: s.b(s.a(x).transpose(2, 3)), a=nn.Conv2d(4, 5, 1), b=nn.Conv2d(5, 3, (3, 1))), MAP),
    "heads": (of(heads, a=nn.Conv2d(4, 6, 3, padding=1), b=nn.Conv2d(4, 6, 3, padding=1), pool=nn.MaxPool2d(2)), MAP),
    "cat-channels": (of(lambda s, x: torch.cat([torch.relu(x), s.a(x), x], 1), a=nn.Conv2d(4, 3, 1)), MAP),
    "cat-rows": (of(lambda s, x: torch.cat([torch.relu(x), x], 2)), MAP),
    "cat-columns": (of(lambda s, x: torch.cat([x, torch.sigmoid(x)], -1)), MAP),
    "stack": (of(lambda s, x: torch.stack([x, torch.relu(x)], 2).flatten(1, 2)), MAP),
    "shuffle": (of(shuffle), SMALL),
    "shuffle-module": (seq(nn.Conv2d(8, 8, 1), nn.ChannelShuffle(4), nn.Conv2d(8, 8, 3, groups=8)), SMALL),
    "shuffle-split": (of(lambda s, x: torch.cat([shuffle(s, x).chunk(2, 1)[1], x], 1)), SMALL),
    "pixel-shuffle": (nn.PixelShuffle(2), SMALL),
    "pixel-unshuffle": (nn.PixelUnshuffle(2), (1, 3, 6, 4)),
    "split": (of(lambda s, x: sum(y.mean((2, 3)) for y in torch.split(x, 4, 1))), SMALL),
    "split-sizes": (of(lambda s, x: torch.cat([y for y in reversed(torch.split(x, [1, 5, 2], 1))], 1)), SMALL),
    "chunk-rows": (of(lambda s, x: torch.cat(x.chunk(3, 2)[::-1], 2)), SMALL),
    "focus": (of(lambda s, x: torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]], 1)), (1, 3, 6, 4)),
    "every-other-channel": (of(lambda s, x: x[:, 1::2] + x[:, ::2]), SMALL),
    "crop": (of(lambda s, x: x[:, 1:-1, 2:, :3]), SMALL),
    "select": (of(lambda s, x: x[:, :, -1] + x.select(2, 0)), SMALL),
    "unbind": (of(lambda s, x: torch.stack(x.unbind(3)[1:3], 1)), SMALL),
    "pad": (seq(nn.ZeroPad2d((1, 2, 0, 3)), nn.Conv2d(4, 3, 3)), MAP),
    "pad-channels": (of(lambda s, x: F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 2, 2))), MAP),
    "pad-crop": (of(lambda s, x: F.pad(x, (-1, 1, 2, -2))), MAP),
    "nearest": (nn.Upsample(scale_factor=2), MAP),
    "nearest-size": (of(lambda s, x: F.interpolate(x, (5, 11))), MAP),
    "bilinear": (nn.Upsample(scale_factor=2, mode="bilinear"), MAP),
    "bilinear-corners": (of(lambda s, x: F.interpolate(x, (5, 11), mode="bilinear", align_corners=True)), MAP),
    "reshape-mixed": (of(lambda s, x: x.reshape(1, 6, 28).permute(0, 2, 1).reshape(1, 7, 4, 6)), MAP),
    "constants": (of(lambda s, x: x + torch.arange(4).view(4, 1, 1) / 4 + torch.zeros(1, 4, 1, 1).add(0.5)), MAP),
    "power": (of(lambda s, x: x**2 - x.pow(2).mean((2, 3), keepdim=True)), MAP),
    "identity": (of(lambda s, x: x.alias() if hasattr(x, "alias") else x.contiguous()), MAP),
    "two-outputs": (of(lambda s, x: (torch.relu(x), x.mean((2, 3)))), MAP),
    "clamp-others": (of(lambda s, x: torch.clamp(x, -0.5, 2.0) + x.clamp_min(0.25) - x.clamp_max(-1.5)), MAP),
    "gelu": (of(lambda s, x: F.gelu(x) - F.gelu(x, approximate="tanh") / 2), MAP),
    "elu": (seq(nn.ELU(), nn.Sigmoid()), MAP),
    "curves": (of(lambda s, x: torch.exp(-x.abs()) + torch.sqrt(x.abs() + 1) * torch.rsqrt(x**2 + 2)), MAP),
    "batch": (seq(nn.Conv2d(4, 3, 3), nn.Flatten(), nn.Linear(60, 2)), (3, 4, 7, 6)),
}


def packed(program):
    """The archive with deflated files and without example inputs."""
    raw = io.BytesIO()
    torch.export.save(program, raw)
    small = io.BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(small, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if "sample_inputs" in entry.filename:
                continue
            data = old.read(entry)
            if entry.filename.endswith("models/model.json"):
                data = json.dumps(without_traces(json.loads(data)), separators=(",", ":")).encode()
            new.writestr(zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return small.getvalue()


def without_traces(program):
    for node in program["graph_module"]["graph"]["nodes"]:
        node["metadata"].pop("stack_trace", None)
    return program


def values(tensor):
    return {"shape": list(tensor.shape), "data": [float(f"{v:.9g}") for v in tensor.flatten().tolist()]}


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    written = {}
    for name, (module, shape) in CASES.items():
        torch.manual_seed(len(name))
        module.eval()
        x = torch.randn(shape) * 3
        with torch.no_grad():
            y = module(x.clone())
            program = torch.export.export(module, (x.clone(),))
        outputs = y if isinstance(y, tuple) else (y,)
        (FOLDER / f"{name}.pt2").write_bytes(packed(program))
        written[name] = {"input": values(x), "outputs": [values(each) for each in outputs]}
        print(name, flush=True)
    text = json.dumps({"torch": torch.__version__, "cases": written}, separators=(",", ":"))
    (FOLDER / "cases.json").write_text(text + "\n")


def past(s, x):
    y = torch.cat([s.past, x], 2)
    s.past.copy_(y[:, :, -2:])
    return torch.relu(s.conv(y))


def rows(s, x):
    y = torch.cat([s.rows, x], 2)
    s.rows = y[:, :, -1:]
    return s.conv(y)


def shifted(s, x):
    s.frames[:, :, :-1] = s.frames[:, :, 1:].clone()
    s.frames[:, :, -1:] = x
    s.steps += 1
    return s.conv(s.frames)


def averaged(s, x):
    s.mean.mul_(0.75).add_(x.mean((0, 2, 3)), alpha=0.25)
    return x - s.mean.view(1, 4, 1, 1)


def gated(s, x):
    forget = torch.sigmoid(s.a(torch.cat([x, s.hidden], 1)))
    s.hidden = forget * s.hidden + (1 - forget) * torch.tanh(s.b(x))
    return s.hidden


def turns(s, x):
    old = s.one * 1
    s.one.copy_(s.two)
    s.two[:, 1].copy_(x[:, 0])
    return old + s.one * 2 + s.two * 4


# Networks with state: the shape of an input, and whether the program is functional, as torch 2.6 wrote and as decompositions make it.
SEQUENCES = {
    "past": (of(past, past=torch.zeros(1, 4, 2), conv=nn.Conv1d(4, 3, 3)), (1, 4, 5), False),
    "past-functional": (of(past, past=torch.zeros(1, 4, 2), conv=nn.Conv1d(4, 3, 3)), (1, 4, 5), True),
    "rows": (of(rows, rows=torch.randn(1, 2, 1, 5), conv=nn.Conv2d(2, 3, (2, 3))), (1, 2, 3, 5), False),
    "shifted": (of(shifted, frames=torch.zeros(1, 3, 4), steps=torch.tensor(0), conv=nn.Conv1d(3, 2, 3)), (1, 3, 1), False),
    "shifted-functional": (of(shifted, frames=torch.zeros(1, 3, 4), steps=torch.tensor(0), conv=nn.Conv1d(3, 2, 3)), (1, 3, 1), True),
    "averaged": (of(averaged, mean=torch.zeros(4)), (1, 4, 3, 2), False),
    "gated": (of(gated, hidden=torch.zeros(1, 5), a=nn.Linear(8, 5), b=nn.Linear(3, 5)), (1, 3), False),
    "turns": (of(turns, one=torch.zeros(1, 2, 3, 4), two=torch.randn(1, 2, 3, 4)), (1, 2, 3, 4), False),
}


def sequences():
    folder = FOLDER / "state"
    folder.mkdir(exist_ok=True)
    written = {}
    for name, (module, shape, functional) in SEQUENCES.items():
        torch.manual_seed(len(name))
        module.eval()
        inputs = [torch.randn(shape) * 2 for _ in range(4)]
        with torch.no_grad():
            program = torch.export.export(module, (inputs[0].clone(),))
            if functional:
                program = program.run_decompositions()
            (folder / f"{name}.pt2").write_bytes(packed(program))
            outputs = [values(module(x.clone()).clone()) for x in inputs]
        written[name] = {"inputs": [values(x) for x in inputs], "outputs": outputs}
        print(name, flush=True)
    text = json.dumps({"torch": torch.__version__, "cases": written}, separators=(",", ":"))
    (folder / "cases.json").write_text(text + "\n")


class Small(nn.Module):
    """Layers of every kind that PT2E quantises in an image network."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.depthwise = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.point = nn.Conv2d(8, 8, 1, bias=False)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        x = torch.relu(self.stem(x))
        x = x + torch.relu(self.point(torch.relu(self.depthwise(x))))
        x = F.max_pool2d(torch.cat([x, x], 1)[:, :8], 2)
        return self.fc(F.adaptive_avg_pool2d(torch.sigmoid(x) * x, 1).flatten(1))


def quantizer(activations, weights, channels, real=()):
    """Annotates every node of a graph but those of `real`: activations and weights of these types, with a scale a channel or one."""
    from torchao.quantization.pt2e import MinMaxObserver, PerChannelMinMaxObserver
    from torchao.quantization.pt2e.quantizer import QuantizationAnnotation, QuantizationSpec, Quantizer, SharedQuantizationSpec

    low = {torch.int8: -128, torch.uint8: 0}
    outputs = QuantizationSpec(
        dtype=activations,
        observer_or_fake_quant_ctr=MinMaxObserver,
        quant_min=low[activations],
        quant_max=low[activations] + 255,
        qscheme=torch.per_tensor_affine,
    )
    if channels:
        scheme = dict(observer_or_fake_quant_ctr=PerChannelMinMaxObserver, qscheme=torch.per_channel_symmetric, ch_axis=0, quant_min=-127, quant_max=127)
    elif weights == torch.int8:
        scheme = dict(observer_or_fake_quant_ctr=MinMaxObserver, qscheme=torch.per_tensor_symmetric, quant_min=-127, quant_max=127)
    else:
        scheme = dict(observer_or_fake_quant_ctr=MinMaxObserver, qscheme=torch.per_tensor_affine, quant_min=0, quant_max=255)
    constants = QuantizationSpec(dtype=weights, **scheme)
    alike = ("max_pool2d", "flatten", "slice", "view")

    class Every(Quantizer):
        def annotate(self, model):
            for node in model.graph.nodes:
                if node.op != "call_function" or any(word in node.name for word in real):
                    continue
                given = {each: outputs for each in node.all_input_nodes if each.op == "call_function" or each.name == "x"}
                for each in node.all_input_nodes:
                    if "weight" in each.name:
                        given[each] = constants
                output = outputs
                if any(word in node.name for word in alike):
                    output = SharedQuantizationSpec((node.all_input_nodes[0], node))
                node.meta["quantization_annotation"] = QuantizationAnnotation(
                    input_qspec_map=given, output_qspec=output, _annotated=True
                )
            return model

        def validate(self, model):
            pass

    return Every()


# Types of activations and weights, whether these have a scale a channel, and the nodes that stay real.
QUANTIZED = {
    "int8-tensor": (torch.int8, torch.int8, False, ()),
    "int8-channel": (torch.int8, torch.int8, True, ()),
    "uint8-tensor": (torch.uint8, torch.uint8, False, ()),
    "uint8-channel": (torch.uint8, torch.int8, True, ()),
    "real-between": (torch.int8, torch.int8, True, ("conv2d_2", "sigmoid", "mul", "linear")),
}


def quantized():
    from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

    folder = FOLDER / "quantized"
    folder.mkdir(exist_ok=True)
    torch.manual_seed(7)
    module = Small().eval()
    # Trained for a moment, so that classes differ: which rows are brighter.
    written = {}
    generator = torch.Generator().manual_seed(3)

    def pictures(count):
        x = torch.rand(count, 3, 16, 16, generator=generator) * 2 - 1
        for i in range(count):
            x[i, i % 3] += (i % 5) * 0.6 - 1
            x[i, :, (i % 5) * 3 : (i % 5) * 3 + 3] += 1.5
        return x, torch.arange(count) % 5

    optimizer = torch.optim.Adam(module.parameters(), 0.02)
    for _ in range(300):
        x, classes = pictures(40)
        optimizer.zero_grad()
        F.cross_entropy(module(x), classes).backward()
        optimizer.step()
    calibration, _ = pictures(32)
    inputs, _ = pictures(10)
    for name, (activations, weights, channels, real) in QUANTIZED.items():
        model = torch.export.export(module, (inputs[:1],)).module()
        model = prepare_pt2e(model, quantizer(activations, weights, channels, real))
        for x in calibration:
            model(x[None])
        model = convert_pt2e(model)
        with torch.no_grad():
            program = torch.export.export(model, (inputs[:1],))
            outputs = torch.cat([model(x[None]) for x in inputs])
        (folder / f"{name}.pt2").write_bytes(packed(program))
        written[name] = values(outputs)
        print(name, outputs.argmax(1).tolist(), flush=True)
    cases = {"torch": torch.__version__, "input": values(inputs), "calibration": values(calibration[:8]), "float": values(module(inputs).detach()), "outputs": written}
    (folder / "cases.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")


def digits():
    """examples/networks/litenet-digits.json by the modules of examples/pytorch."""
    import sys

    from safetensors.torch import load_file

    root = FOLDER.parent.parent.parent
    sys.path.insert(0, str(root / "examples" / "pytorch"))
    from liteblock import LiteNet

    folder = FOLDER.parent / "litenet_digits"
    module = LiteNet(1, 8, [(8, 16, 1), (16, 16, 1)], 10)
    module.load_state_dict(load_file(folder / "litenet_digits.safetensors"))
    program = torch.export.export(module.eval(), (torch.zeros(1, 1, 8, 8),))
    (folder / "litenet_digits.pt2").write_bytes(packed(program))


main()
sequences()
quantized()
digits()
