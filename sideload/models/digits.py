"""Handwritten digits: a small CNN trained here in seconds, so that its accuracy is a real number.

The images are scikit-learn's 1797 scans of 8 × 8 pixels (from the UCI repository): 1297 to train
on, 100 to calibrate on, and 400 held out.
"""

from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import torch

from sideload.errors import InputsError, MissingPackageError
from sideload.host import arrays, cache, files
from sideload.models import Model
from sideload.values import Dimension, Subject

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]
Integers: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
CALIBRATION: Final = 100
HELD_OUT: Final = 400
BRIGHTEST: Final = 16  # scikit-learn's pixels are whole numbers from 0 to 16
EPOCHS: Final = 12
BATCH: Final = 64
BATCHES: Final = Dimension(name="batch", min=1, max=8)


class Network(torch.nn.Module):
    """Three convolutions and a linear layer, 15 thousand weights; (n, 1, 8, 8) to (n, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.features = torch.nn.Sequential(
            *_convolution(1, 16, stride=1), *_convolution(16, 32, stride=2), *_convolution(32, 32)
        )
        self.classifier = torch.nn.Linear(32 * 4 * 4, 10)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Logits of ten classes; `image` in [0, 1]."""
        logits: torch.Tensor = self.classifier(self.features(image).flatten(1))
        return logits


class Digits:
    """Trains once; the weights are cached by the hash of this file."""

    def __call__(self, *, dynamic: bool) -> Subject:
        """See the protocol; accuracy is measured on the held-out images."""
        images, classes = _scans()
        module = _network(images, classes)
        calibration = images[-CALIBRATION - HELD_OUT : -HELD_OUT]
        held_out = images[-HELD_OUT:]
        return Subject(
            name="digits",
            module=module,
            examples={"image": held_out[: 2 if dynamic else 1]},
            output_names=("logits",),
            dynamic={"image": {0: BATCHES}} if dynamic else {},
            labels=tuple("0123456789"),
            calibration=tuple({"image": image[None]} for image in calibration),
            evaluation=tuple({"image": image[None]} for image in held_out),
            expected=tuple(int(one) for one in classes[-HELD_OUT:]),
            data=f"{HELD_OUT} held-out scans of handwritten digits",
            kind="conv",
        )


def _convolution(inputs: int, outputs: int, *, stride: int = 1) -> tuple[torch.nn.Module, ...]:
    return (
        torch.nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False),
        torch.nn.BatchNorm2d(outputs),
        torch.nn.ReLU(),
    )


def _scans() -> tuple[Floats, Integers]:
    """All images as (n, 1, 8, 8) in [0, 1] and their classes, in an order fixed by a seed."""
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise MissingPackageError("scikit-learn", "models") from error
    scans = load_digits()
    order = np.random.default_rng(0).permutation(len(scans.target))
    images = (scans.images[order, None] / BRIGHTEST).astype(np.float32)
    return images, scans.target[order].astype(np.int64)


def _network(images: Floats, classes: Integers) -> Network:
    """The trained network in eval mode, from the cache if it is there and whole."""
    digest = files.sha256(Path(__file__))[:16]
    path = cache.folder("models") / f"digits-{digest}-torch{torch.__version__}.npz"
    network = Network().eval()
    if path.is_file():
        try:
            state = {name: torch.from_numpy(value) for name, value in arrays.load(path).items()}
            network.load_state_dict(state)
        except (InputsError, RuntimeError):
            path.unlink()  # damaged: training again costs seconds
        else:
            return network
    network = _trained(images[: -CALIBRATION - HELD_OUT], classes[: -CALIBRATION - HELD_OUT])
    arrays.save(path, {name: value.numpy() for name, value in network.state_dict().items()})
    return network


def _trained(images: Floats, classes: Integers) -> Network:
    """A network fitted to `images`; the same one each time on one machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # sums over several threads differ from run to run
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            return _fit(Network(), torch.from_numpy(images), torch.from_numpy(classes))
    finally:
        torch.set_num_threads(threads)


def _fit(network: Network, images: torch.Tensor, classes: torch.Tensor) -> Network:
    steps = -(-len(images) // BATCH)
    optimizer = torch.optim.AdamW(network.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-2, EPOCHS * steps)
    for _ in range(EPOCHS):
        order: Any = torch.randperm(len(images))
        for chosen in order.split(BATCH):
            loss: Any = torch.nn.functional.cross_entropy(network(images[chosen]), classes[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return network.eval()


ADAPTER: Final[Model] = Digits()
