"""`python make_model.py FOLDER`: MobileNetV2 at 224×224 with seeded weights, in both formats.

A program of its own, so that whoever measures imports neither torch nor a runtime.
"""

import os
import sys
from pathlib import Path
from typing import Final

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import torch
from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
from executorch.exir import to_edge_transform_and_lower
from transformers import MobileNetV2Config, MobileNetV2ForImageClassification

CLASSES: Final = 1000


class Logits(torch.nn.Module):
    """The classifier without the mapping that transformers wraps its answer in."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        config = MobileNetV2Config.from_dict({"num_labels": CLASSES})
        self.network = MobileNetV2ForImageClassification(config)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """`pixels` are float32 `[1, 3, 224, 224]`; gives `[1, 1000]`."""
        logits: torch.Tensor = self.network(pixels).logits
        return logits


def main(folder: Path) -> None:
    """Write `model.pte`, `model.onnx` and `pixels.bin`."""
    model = Logits().eval()
    pixels = torch.rand(1, 3, 224, 224)
    pixels.numpy().tofile(folder / "pixels.bin")
    with torch.no_grad():
        program = torch.export.export(model, (pixels,))
    edge = to_edge_transform_and_lower(program, partitioner=[XnnpackPartitioner()])
    (folder / "model.pte").write_bytes(edge.to_executorch().buffer)
    exported = torch.onnx.export(program, dynamo=True, opset_version=20, verbose=False)
    if exported is None:
        raise SystemExit("torch.onnx.export gave no program")
    exported.save(folder / "model.onnx", external_data=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
