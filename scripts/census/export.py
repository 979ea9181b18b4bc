"""Exports networks of the census as .pt2, each with an input and the output that PyTorch gives for it.

    export.py FOLDER NAME...

NAME is `timm:MODEL` or `tv:MODEL` (torchvision). Weights are random (seed 0), and statistics of batch normalisations as well,
so that no layer is trivial. Writes model.pt2, input.f32 (NCHW) and output.f32 into FOLDER/NAME, with _ for the colon; what is
there already is left alone.
"""

import os
import sys
import traceback

import torch


def build(name):
    library, model = name.split(":")
    if library == "timm":
        import timm

        return timm.create_model(model, pretrained=False)
    import torchvision

    extra = {"init_weights": False} if model == "googlenet" else {}
    if model.startswith(("lraspp", "deeplab")):
        extra = {"weights_backbone": None}
    return torchvision.models.get_model(model, weights=None, **extra)


def export(name, folder):
    torch.manual_seed(0)
    model = build(name).eval()
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
                module.running_mean.normal_(0, 0.1)
                module.running_var.uniform_(0.5, 1.5)
        x = torch.randn(1, 3, 224, 224)
        y = model(x)
        while not isinstance(y, torch.Tensor):
            y = next(iter(y.values())) if isinstance(y, dict) else y[0]
        program = torch.export.export(model, (x,))
    torch.export.save(program, f"{folder}/model.pt2")
    x.numpy().astype("<f4").tofile(f"{folder}/input.f32")
    y.contiguous().numpy().astype("<f4").tofile(f"{folder}/output.f32")


def main(root, *names):
    for name in names:
        folder = f"{root}/{name.replace(':', '_')}"
        if os.path.exists(f"{folder}/output.f32"):
            continue
        os.makedirs(folder, exist_ok=True)
        try:
            export(name, folder)
            print(name, flush=True)
        except Exception:
            print(f"{name}: {traceback.format_exc(limit=-3)}", flush=True)


main(*sys.argv[1:])
