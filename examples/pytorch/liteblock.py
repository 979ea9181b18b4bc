"""LiteBlock in PyTorch, and a LiteNet of them trained on scikit-learn's digits.

    pip install torch scikit-learn safetensors
    python liteblock.py            # less than a minute on one core; writes five files into digits/

The modules can be imported on their own: `from liteblock import LiteBlock, LiteNet`. README.md tells what to do with
the files.
"""

import argparse
import json
from pathlib import Path

import torch
from torch import nn


class DepthwiseSeparableConv(nn.Module):
    """A 3×3 convolution of each channel alone, then a 1×1 convolution that mixes them.

    K·K·Cin·H·W + Cin·Cout·H·W multiply-accumulates, where nn.Conv2d takes K·K·Cin·Cout·H·W.
    """

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.depthwise = nn.Conv2d(in_channels, in_channels, 3, stride, padding=1, groups=in_channels)
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1)

    def forward(self, x):
        return self.pointwise(self.depthwise(x))


class LiteBlock(nn.Module):
    """conv1(x) + shortcut(x): a depthwise separable convolution with BatchNorm and ReLU6 after both halves, beside a
    shortcut that is the input itself where its shape is kept. There is no activation after the sum."""

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Sequential(
            nn.Conv2d(in_channels, in_channels, 3, stride, padding=1, groups=in_channels),
            nn.BatchNorm2d(in_channels),
            nn.ReLU6(),
            nn.Conv2d(in_channels, out_channels, 1),
            nn.BatchNorm2d(out_channels),
            nn.ReLU6(),
        )
        if stride == 1 and in_channels == out_channels:
            self.shortcut = nn.Identity()
        else:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x):
        return self.conv1(x) + self.shortcut(x)


class LiteNet(nn.Module):
    """A stem of stride 2, LiteBlocks given as (in, out, stride), the mean of each channel, and a Linear."""

    def __init__(self, in_channels, stem, blocks, classes):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, stem, 3, stride=2, padding=1),
            nn.BatchNorm2d(stem),
            nn.ReLU6(),
        )
        self.blocks = nn.Sequential(*(LiteBlock(*block) for block in blocks))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(blocks[-1][1], classes)

    def forward(self, x):
        return self.fc(torch.flatten(self.pool(self.blocks(self.stem(x))), 1))


def network(name, height, width, in_channels, stem, blocks, classes):
    """The same LiteNet as the network.json that liteblock reads: layers by their names in the state_dict."""
    return {
        "name": name,
        "input": {"channels": in_channels, "height": height, "width": width},
        "layers": [
            {
                "type": "Sequential",
                "name": "stem",
                "layers": [
                    {"type": "Conv2d", "in": in_channels, "out": stem, "kernel": 3, "stride": 2, "padding": 1},
                    {"type": "BatchNorm2d", "features": stem},
                    {"type": "ReLU6"},
                ],
            },
            {
                "type": "Sequential",
                "name": "blocks",
                "layers": [{"type": "LiteBlock", "in": i, "out": o, "stride": s} for i, o, s in blocks],
            },
            {"type": "AdaptiveAvgPool2d", "name": "pool"},
            {"type": "Flatten", "name": "flatten"},
            {"type": "Linear", "name": "fc", "in": blocks[-1][1], "out": classes},
        ],
    }


STEM = 8
BLOCKS = [(8, 16, 1), (16, 16, 1)]


def digits(generator):
    """1,437 images to train on and 360 to test with: u8 NCHW of 0 to 16, and their labels."""
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    images = torch.from_numpy(images).to(torch.uint8).reshape(-1, 1, 8, 8)
    labels = torch.from_numpy(labels).long()
    order = torch.randperm(len(images), generator=generator)
    train, test = order[:1437], order[1437:]
    return images[train], labels[train], images[test], labels[test]


def real(pixels):
    """(pixel − 8) / 8: what --mean 8 --std 8 says to liteblock."""
    return pixels.float() / 8 - 1


def train(model, images, labels, generator, epochs=30, batch=64):
    batches = -(-len(images) // batch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.08, momentum=0.9, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.08, total_steps=epochs * batches)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.05)
    model.train()
    for epoch in range(epochs):
        total = 0.0
        for some in torch.randperm(len(images), generator=generator).split(batch):
            loss = loss_of(model(real(images[some])), labels[some])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(some)
        print(f"epoch {epoch + 1:2}: loss {total / len(images):.4f}")


def nhwc(images):
    return images.permute(0, 2, 3, 1).contiguous().numpy()


def main():
    from safetensors.torch import save_file

    parser = argparse.ArgumentParser(description="Train LiteNet on scikit-learn's digits and export it.")
    parser.add_argument("--out", type=Path, default=Path("digits"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=30)
    options = parser.parse_args()

    torch.manual_seed(options.seed)
    torch.set_num_threads(1)  # sums in one order, so that a seed gives the same network again
    generator = torch.Generator().manual_seed(options.seed)
    images, labels, test_images, test_labels = digits(generator)
    model = LiteNet(1, STEM, BLOCKS, 10)
    train(model, images, labels, generator, options.epochs)

    model.eval()
    with torch.no_grad():
        right = (model(real(test_images)).argmax(1) == test_labels).sum().item()
    print(f"top-1 {right / len(test_labels):.4f} ({right} of {len(test_labels)} test images)")

    options.out.mkdir(parents=True, exist_ok=True)
    weights = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(weights, options.out / "litenet.safetensors")
    described = network("litenet-digits", 8, 8, 1, STEM, BLOCKS, 10)
    (options.out / "network.json").write_text(json.dumps(described, indent=2) + "\n")
    nhwc(images[:200]).tofile(options.out / "calibration.bin")
    nhwc(test_images).tofile(options.out / "test.bin")
    test_labels.to(torch.uint8).numpy().tofile(options.out / "test-labels.bin")
    print(f"written to {options.out}/")


if __name__ == "__main__":
    main()
