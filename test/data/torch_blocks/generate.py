"""Writes the vectors of this folder: python generate.py. Made with torch 1.13.1 and safetensors 0.8.0.

The blocks are written as torchvision 0.14 has them, so that their state_dicts have its names. Weights are random, the module
is in eval mode and computes in float64. A file holds its state_dict, `example.input` and `example.output` (c, h, w).
"""

import json
import pathlib
from collections import OrderedDict

import torch
from safetensors.torch import save_file
from torch import nn


def conv_norm(ins, out, kernel=1, stride=1, groups=1, activation=nn.ReLU6):
    conv = nn.Conv2d(ins, out, kernel, stride, (kernel - 1) // 2, groups=groups, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(out), activation())


class SqueezeExcite(nn.Module):
    def __init__(self, channels, squeeze, activation=nn.ReLU, gate=nn.Sigmoid):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeeze, 1)
        self.fc2 = nn.Conv2d(squeeze, channels, 1)
        self.activation = activation()
        self.scale_activation = gate()

    def forward(self, x):
        scale = self.activation(self.fc1(self.avgpool(x)))
        return self.scale_activation(self.fc2(scale)) * x


class InvertedResidual(nn.Module):
    def __init__(self, ins, out, stride, expand, kernel=3, activation=nn.ReLU6, squeeze=None):
        super().__init__()
        hidden = int(round(ins * expand))
        self.adds = stride == 1 and ins == out
        layers = [] if expand == 1 else [conv_norm(ins, hidden, activation=activation)]
        layers.append(conv_norm(hidden, hidden, kernel, stride, hidden, activation))
        if squeeze:
            layers.append(squeeze(hidden))
        layers += [nn.Conv2d(hidden, out, 1, bias=False), nn.BatchNorm2d(out)]
        self.conv = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.conv(x) if self.adds else self.conv(x)


class ShuffleUnit(nn.Module):
    def __init__(self, ins, out, stride):
        super().__init__()
        half = out // 2
        self.branch1 = nn.Sequential()
        if stride > 1:
            self.branch1 = nn.Sequential(*self.depthwise(ins, stride), *self.pointwise(ins, half))
        first = self.pointwise(ins if stride > 1 else half, half)
        self.branch2 = nn.Sequential(*first, *self.depthwise(half, stride), *self.pointwise(half, half))
        self.stride = stride

    @staticmethod
    def depthwise(channels, stride):
        return nn.Conv2d(channels, channels, 3, stride, 1, groups=channels, bias=False), nn.BatchNorm2d(channels)

    @staticmethod
    def pointwise(ins, out):
        return nn.Conv2d(ins, out, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU()

    def forward(self, x):
        one, other = x.chunk(2, dim=1) if self.stride == 1 else (self.branch1(x), x)
        y = torch.cat((one, self.branch2(other)), dim=1)
        n, c, h, w = y.shape
        return y.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)


class Concat(nn.ModuleDict):
    def forward(self, x):
        return torch.cat([part(x) for part in self.values()], dim=1)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(6, 4, 3, 2, 1), nn.ReLU6())
        self.down = nn.Conv2d(6, 4, 1, 2)

    def forward(self, x):
        return self.conv(x) + self.down(x)


residual = {
    "type": "Residual",
    "name": "res",
    "layers": [
        {
            "type": "Sequential",
            "name": "conv",
            "layers": [
                {"type": "Conv2d", "in": 6, "out": 4, "kernel": 3, "stride": 2, "padding": 1},
                {"type": "ReLU6"},
            ],
        }
    ],
    "shortcut": [{"type": "Conv2d", "name": "down", "in": 6, "out": 4, "kernel": 1, "stride": 2}],
}


def inverted(**fields):
    return {"type": "InvertedResidual", **fields}


squeeze = {"channels": 4, "activation": "SiLU", "gate": "Hardsigmoid"}
squeezed = lambda hidden: SqueezeExcite(hidden, 4, nn.SiLU, nn.Hardsigmoid)
flat = [{"type": "Flatten"}, {"type": "Hardswish"}, {"type": "Linear", "in": 60, "out": 7}, {"type": "Softmax"}]

torch.manual_seed(4)  # for what modules begin with, too
# name, layer of network.json, module, shape of the input
cases = [
    ("inverted_6", inverted(**{"in": 8}, out=8, expand=6), InvertedResidual(8, 8, 1, 6), (8, 7, 9)),
    ("inverted_1", inverted(**{"in": 8}, out=12, stride=2, expand=1), InvertedResidual(8, 12, 2, 1), (8, 9, 7)),
    (
        "inverted_half",
        inverted(**{"in": 3}, out=5, stride=2, expand=1.5, kernel=5, activation="SiLU"),
        InvertedResidual(3, 5, 2, 1.5, 5, nn.SiLU),
        (3, 11, 8),
    ),
    (
        "inverted_squeeze",
        inverted(**{"in": 6}, out=6, expand=4, activation="Hardswish", squeeze=squeeze),
        InvertedResidual(6, 6, 1, 4, 3, nn.Hardswish, squeezed),
        (6, 6, 5),
    ),
    ("squeeze_excite", {"type": "SqueezeExcite", "channels": 10, "squeeze": 3}, SqueezeExcite(10, 3), (10, 5, 6)),
    ("shuffle_1", {"type": "ShuffleUnit", "in": 12, "out": 12}, ShuffleUnit(12, 12, 1), (12, 7, 6)),
    ("shuffle_2", {"type": "ShuffleUnit", "in": 7, "out": 20, "stride": 2}, ShuffleUnit(7, 20, 2), (7, 9, 8)),
    (
        "conv_grouped",
        {
            "type": "Conv2d",
            "in": 6,
            "out": 9,
            "kernel": [3, 2],
            "stride": [2, 1],
            "padding": [2, 1],
            "dilation": [1, 2],
            "groups": 3,
        },
        nn.Conv2d(6, 9, (3, 2), (2, 1), (2, 1), (1, 2), groups=3),
        (6, 8, 9),
    ),
    (
        "conv_multiplier",
        {"type": "Conv2d", "in": 4, "out": 12, "kernel": 3, "padding": 1, "groups": 4, "bias": False},
        nn.Conv2d(4, 12, 3, 1, 1, groups=4, bias=False),
        (4, 6, 7),
    ),
    ("max_pool", {"type": "MaxPool2d", "kernel": 3, "stride": 2, "padding": 1}, nn.MaxPool2d(3, 2, 1), (5, 8, 9)),
    (
        "average_pool",
        {"type": "AvgPool2d", "kernel": [3, 2], "stride": [2, 1], "padding": [1, 0]},
        nn.AvgPool2d((3, 2), (2, 1), (1, 0)),
        (5, 7, 8),
    ),
    (
        "average_pool_valid",
        {"type": "AvgPool2d", "kernel": 3, "stride": 2, "padding": 1, "countIncludePad": False},
        nn.AvgPool2d(3, 2, 1, count_include_pad=False),
        (5, 8, 9),
    ),
    (
        "batch_norm",
        {"type": "BatchNorm2d", "features": 6, "eps": 1e-3, "affine": False},
        nn.BatchNorm2d(6, eps=1e-3, affine=False),
        (6, 4, 5),
    ),
    (
        "flatten_linear",
        {"type": "Sequential", "layers": flat},
        nn.Sequential(nn.Flatten(), nn.Hardswish(), nn.Linear(60, 7), nn.Softmax(1)),
        (5, 3, 4),
    ),
    ("leaky_relu", {"type": "LeakyReLU"}, nn.LeakyReLU(), (3, 4, 5)),
    ("leaky_relu_slope", {"type": "LeakyReLU", "negativeSlope": 0.3}, nn.LeakyReLU(0.3), (3, 4, 5)),
    ("prelu_one", {"type": "PReLU"}, nn.PReLU(), (3, 4, 5)),
    ("prelu_each", {"type": "PReLU", "parameters": 5}, nn.PReLU(5), (5, 4, 3)),
    ("tanh", {"type": "Tanh"}, nn.Tanh(), (3, 4, 5)),
    ("hardtanh", {"type": "Hardtanh"}, nn.Hardtanh(), (3, 4, 5)),
    ("upsample", {"type": "Upsample", "scale": [2, 3]}, nn.Upsample(scale_factor=(2, 3)), (3, 4, 5)),
    (
        "upsample_bilinear",
        {"type": "Upsample", "scale": [3, 2], "mode": "bilinear"},
        nn.Upsample(scale_factor=(3, 2), mode="bilinear"),
        (3, 4, 5),
    ),
    (
        "upsample_corners",
        {"type": "Upsample", "scale": 2, "mode": "bilinear", "alignCorners": True},
        nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
        (2, 5, 1),
    ),
    ("zero_pad", {"type": "ZeroPad2d", "padding": [1, 2, 3, 4]}, nn.ZeroPad2d((2, 4, 1, 3)), (3, 2, 4)),
    ("conv_transpose", {"type": "ConvTranspose2d", "in": 4, "out": 6, "kernel": 3}, nn.ConvTranspose2d(4, 6, 3), (4, 5, 3)),
    (
        "conv_transpose_stride",
        {
            "type": "ConvTranspose2d",
            "in": 5,
            "out": 3,
            "kernel": [4, 3],
            "stride": [3, 2],
            "padding": [1, 2],
            "outputPadding": [2, 1],
            "bias": False,
        },
        nn.ConvTranspose2d(5, 3, (4, 3), (3, 2), (1, 2), (2, 1), bias=False),
        (5, 4, 6),
    ),
    (
        "concat",
        {
            "type": "Concat",
            "layers": [
                {"type": "Conv2d", "name": "narrow", "in": 4, "out": 3, "kernel": 1},
                {"type": "Identity", "name": "same"},
                {
                    "type": "Sequential",
                    "name": "wide",
                    "layers": [{"type": "Conv2d", "in": 4, "out": 5, "kernel": 3, "padding": 1}, {"type": "ReLU"}],
                },
            ],
        },
        Concat(
            {
                "narrow": nn.Conv2d(4, 3, 1),
                "same": nn.Identity(),
                "wide": nn.Sequential(nn.Conv2d(4, 5, 3, padding=1), nn.ReLU()),
            }
        ),
        (4, 5, 6),
    ),
    ("conv1d", {"type": "Conv1d", "in": 4, "out": 6, "kernel": 3}, nn.Conv1d(4, 6, 3), (4, 12)),
    (
        "conv1d_grouped",
        {
            "type": "Conv1d",
            "in": 6,
            "out": 9,
            "kernel": 4,
            "stride": 2,
            "padding": 3,
            "dilation": 2,
            "groups": 3,
            "bias": False,
        },
        nn.Conv1d(6, 9, 4, 2, 3, 2, groups=3, bias=False),
        (6, 17),
    ),
    (
        "conv1d_depthwise",
        {"type": "Conv1d", "in": 5, "out": 10, "kernel": 3, "padding": 1, "groups": 5},
        nn.Conv1d(5, 10, 3, 1, 1, groups=5),
        (5, 9),
    ),
    ("max_pool1d", {"type": "MaxPool1d", "kernel": 3, "stride": 2, "padding": 1}, nn.MaxPool1d(3, 2, 1), (4, 11)),
    ("average_pool1d", {"type": "AvgPool1d", "kernel": 4, "padding": 2}, nn.AvgPool1d(4, padding=2), (4, 11)),
    (
        "average_pool1d_valid",
        {"type": "AvgPool1d", "kernel": 3, "stride": 1, "padding": 1, "countIncludePad": False},
        nn.AvgPool1d(3, 1, 1, count_include_pad=False),
        (4, 10),
    ),
    ("batch_norm1d", {"type": "BatchNorm1d", "features": 5}, nn.BatchNorm1d(5), (5, 8)),
    (
        "pool1d_linear",
        {
            "type": "Sequential",
            "layers": [
                {"type": "AdaptiveAvgPool1d"},
                {"type": "Flatten"},
                {"type": "Linear", "in": 6, "out": 8},
                {"type": "BatchNorm1d", "features": 8, "eps": 1e-3},
                {"type": "LeakyReLU"},
            ],
        },
        nn.Sequential(
            nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(6, 8), nn.BatchNorm1d(8, eps=1e-3), nn.LeakyReLU()
        ),
        (6, 7),
    ),
    (
        "flatten1d_linear",
        {"type": "Sequential", "layers": [{"type": "Flatten"}, {"type": "Linear", "in": 28, "out": 5}]},
        nn.Sequential(nn.Flatten(), nn.Linear(28, 5)),
        (4, 7),
    ),
    (
        "residual_shuffle",
        {
            "type": "Sequential",
            "layers": [
                {"type": "ChannelShuffle", "groups": 2},
                residual,
                {"type": "Sigmoid"},
                {"type": "AdaptiveAvgPool2d"},
            ],
        },
        nn.Sequential(
            OrderedDict(
                shuffle=nn.ChannelShuffle(2), res=Residual(), sigmoid=nn.Sigmoid(), pool=nn.AdaptiveAvgPool2d(1)
            )
        ),
        (6, 7, 8),
    ),
    # Modules without weights stand last: the random numbers of those before them stay what they were.
    ("elu", {"type": "ELU"}, nn.ELU(), (3, 4, 5)),
    ("gelu", {"type": "GELU"}, nn.GELU(), (3, 4, 5)),
    ("gelu_tanh", {"type": "GELU", "approximate": "tanh"}, nn.GELU(approximate="tanh"), (3, 4, 5)),
    ("adaptive_max_pool", {"type": "AdaptiveMaxPool2d"}, nn.AdaptiveMaxPool2d(1), (5, 4, 3)),
    ("adaptive_max_pool1d", {"type": "AdaptiveMaxPool1d"}, nn.AdaptiveMaxPool1d(1), (5, 7)),
    ("pixel_shuffle", {"type": "PixelShuffle", "factor": 2}, nn.PixelShuffle(2), (12, 3, 5)),
    ("pixel_shuffle_3", {"type": "PixelShuffle", "factor": 3}, nn.PixelShuffle(3), (9, 2, 4)),
    ("pixel_unshuffle", {"type": "PixelUnshuffle", "factor": 2}, nn.PixelUnshuffle(2), (3, 4, 6)),
]


class Stream(nn.Module):
    """The last steps of a sequence, of which each call is given the newest."""

    def __init__(self, channels, steps, given):
        super().__init__()
        self.register_buffer("past", torch.zeros(1, channels, steps - given), persistent=False)

    def forward(self, x):
        y = torch.cat((self.past, x), dim=-1)
        self.past = y[..., x.shape[-1] :]
        return y


def randomize(module):
    for part in module.modules():
        if isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d)):
            part.running_mean.normal_(0, 0.5)
            part.running_var.uniform_(0.3, 2)
            if part.affine:
                nn.init.uniform_(part.weight, 0.5, 1.5)
                nn.init.normal_(part.bias, 0, 0.3)
        if isinstance(part, (nn.Conv1d, nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            nn.init.normal_(part.weight, 0, (2 / part.weight[0].numel()) ** 0.5)
        if isinstance(part, nn.PReLU):
            nn.init.uniform_(part.weight, -0.5, 0.5)


def example(values):
    """A sequence is a map of one row."""
    return (values.unsqueeze(1) if values.dim() == 2 else values).contiguous()


folder = pathlib.Path(__file__).parent
for name, _, module, shape in cases:
    module.eval()
    randomize(module)
    tensors = {key: value.clone().contiguous() for key, value in module.state_dict().items()}
    x = torch.randn(1, *shape) * 2
    with torch.no_grad():
        y = module.double()(x.double())
    tensors["example.input"] = example(x[0])
    tensors["example.output"] = example(y[0].float())
    save_file(tensors, str(folder / f"{name}.safetensors"))

# Networks that keep state, on a sequence of calls: example.input and example.output have an axis of calls before the others.
calls = 7
streams = [
    ("stream", {"type": "Stream", "steps": 3}, Stream(4, 3, 1), (4, 1)),
    (
        "stream_conv",
        {
            "type": "Sequential",
            "layers": [
                {"type": "Conv1d", "in": 3, "out": 4, "kernel": 1},
                {"type": "Stream", "steps": 5},
                {"type": "Conv1d", "in": 4, "out": 6, "kernel": 3},
                {"type": "Stream", "steps": 4},
                {"type": "ELU"},
            ],
        },
        None,
        (3, 2),
    ),
]
for name, _, module, shape in streams:
    if module is None:
        module = nn.Sequential(nn.Conv1d(3, 4, 1), Stream(4, 5, 2), nn.Conv1d(4, 6, 3), Stream(6, 4, 3), nn.ELU())
    module.eval()
    randomize(module)
    tensors = {key: value.clone().contiguous() for key, value in module.state_dict().items()}
    x = torch.randn(calls, 1, *shape) * 2
    module.double()
    with torch.no_grad():
        y = torch.stack([module(one.double())[0] for one in x])
    tensors["example.input"] = x.transpose(1, 2).contiguous()
    tensors["example.output"] = y.float().unsqueeze(2).contiguous()
    save_file(tensors, str(folder / f"{name}.safetensors"))

manifest = [{"name": name, "layer": layer} for name, layer, _, _ in cases]
manifest += [{"name": name, "layer": layer, "calls": calls} for name, layer, _, _ in streams]
(folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
