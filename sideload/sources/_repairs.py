"""Operations that phones' runtimes lack, written with those that they have."""

import math
from typing import Any, Final

import torch

# The layer of FNet by name, and its attribute that holds the transform.
FOURIER_LAYER: Final = "FNetBasicFourierTransform"


class RealFourier(torch.nn.Module):
    """The real part of the Fourier transform over the last two axes of (n, length, features)."""

    cosines: torch.Tensor
    sines: torch.Tensor

    def __init__(self, features: int) -> None:
        super().__init__()
        angles = _angles(features)
        # Both are symmetric, so that they serve as weights of linear layers as they are.
        self.register_buffer("cosines", angles.cos())
        self.register_buffer("sines", angles.sin())

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Real numbers of the shape of `hidden`."""
        number, length, _ = hidden.shape
        rows = _angles(length).expand(number, length, length)
        even = torch.nn.functional.linear(hidden, self.cosines)
        odd = torch.nn.functional.linear(hidden, self.sines)
        return torch.bmm(rows.cos(), even) - torch.bmm(rows.sin(), odd)


def repaired(model: Any) -> Any:  # noqa: ANN401 - a model of transformers
    """`model`, with the same answers: FNet's Fourier transforms become matrix products.

    ExecuTorch has no kernel for a Fourier transform, and of this one only the real part is used.
    """
    for module in model.modules():
        if type(module).__name__ == FOURIER_LAYER:
            module.fourier_transform = RealFourier(model.config.hidden_size)
    return model


def _angles(size: int) -> torch.Tensor:
    """Angles of the transform's matrix, (size, size), in [0, 2π]: large ones lose their digits."""
    steps = torch.arange(size, dtype=torch.float32)
    products = steps[:, None] * steps[None, :]
    turned = products - (products / size).floor() * size
    return turned * (2 * math.pi / size)
