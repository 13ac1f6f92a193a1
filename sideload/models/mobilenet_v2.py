"""MobileNetV2 at 224 × 224 with seeded weights: the speed and size of the real one, not its skill.

No trained weights ship with a Python package, so they are drawn from a seed. Batch norms are then
set from photographs: without that, activations shrink to nothing on their way through fifty layers,
and agreement between runtimes would mean nothing.
"""

import os
from typing import Any, Final

import numpy as np
import torch

from sideload.errors import MissingPackageError
from sideload.models import Model
from sideload.samples import photographs
from sideload.values import Dimension, Subject

SIDE: Final = 224
CLASSES: Final = 1000
RESIDUAL: Final = 0.1
BATCHES: Final = Dimension(name="batch", min=1, max=4)


class Classifier(torch.nn.Module):
    """Pixels of (n, 3, 224, 224) in [-1, 1] to logits of (n, 1000)."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        """Logits of the classes."""
        logits: torch.Tensor = self.network(pixel_values=pixel_values).logits
        return logits


class MobileNetV2:
    """Builds the network from its configuration; nothing is downloaded."""

    def __call__(self, *, dynamic: bool) -> Subject:
        """See the protocol."""
        calibration, evaluation = (
            tuple({"pixel_values": _normalised(picture)} for picture in pictures)
            for pictures in photographs.split(SIDE, SIDE)
        )
        first = np.concatenate([sample["pixel_values"] for sample in calibration])
        return Subject(
            name="mobilenet_v2",
            module=Classifier(_network(torch.from_numpy(first))).eval(),
            examples={"pixel_values": first[: 2 if dynamic else 1]},
            output_names=("logits",),
            dynamic={"pixel_values": {0: BATCHES}} if dynamic else {},
            calibration=calibration,
            evaluation=evaluation,
            data=f"{len(evaluation)} {photographs.DATA}; the weights are random",
            kind="conv",
        )


def _normalised(picture: photographs.Pixels) -> Any:  # noqa: ANN401 - numpy loses the shape anyway
    """One picture as (1, 3, height, width) in [-1, 1]."""
    return (picture.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)[None]


def _network(pixels: torch.Tensor) -> Any:  # noqa: ANN401 - transformers says little of its types
    os.environ["HF_HUB_OFFLINE"] = "1"  # read once, when transformers is imported
    try:
        from transformers import MobileNetV2Config, MobileNetV2ForImageClassification
    except ImportError as error:
        raise MissingPackageError(error.name or "transformers", "models") from error
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        config: Any = MobileNetV2Config()
        config.num_labels = CLASSES
        network: Any = MobileNetV2ForImageClassification(config)
        for module in network.modules():
            _draw(module)
        with torch.no_grad():
            network.train()(pixel_values=pixels)
    return network.eval()


def _draw(module: Any) -> None:  # noqa: ANN401 - any layer
    """Weights that keep the size of the signal, and batch norms that take the mean of one batch.

    Each block with a shortcut adds little to what passes it, as in a trained network; blocks that
    add as much as they get would pile up rounding errors that no trained network shows.
    """
    if isinstance(module, torch.nn.Conv2d):
        torch.nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
    elif isinstance(module, torch.nn.Linear):
        torch.nn.init.normal_(module.weight, std=0.03)
    elif isinstance(module, torch.nn.BatchNorm2d):
        module.momentum = None
    elif getattr(module, "use_residual", False):
        torch.nn.init.constant_(module.reduce_1x1.normalization.weight, RESIDUAL)


ADAPTER: Final[Model] = MobileNetV2()
