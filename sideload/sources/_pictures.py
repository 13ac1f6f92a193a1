"""Photographs as a vision model takes them: resized, scaled and normalised as its folder says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from sideload.samples import photographs
from sideload.sources import _hub
from sideload.sources._parts import Part

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]
DATA: Final = photographs.DATA
DEFAULT_SIDE: Final = 224
LARGEST_SIDE: Final = 4096
SAMPLES: Final = 8
COLOURS: Final = 3


def split(part: Part, folder: Path) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
    """Pictures to calibrate on and to evaluate on, each (1, channels, height, width).

    A model of videos gets (1, frames, channels, height, width): a slow pan across one picture.
    """
    said = _hub.read(folder / "preprocessor_config.json")
    height, width = size(part.config, said)
    calibration, evaluation = photographs.split(height, width)
    return (
        tuple(_prepared(one, part.config, said) for one in calibration[:SAMPLES]),
        tuple(_prepared(one, part.config, said) for one in evaluation[:SAMPLES]),
    )


def size(config: Any, said: Mapping[str, Any]) -> tuple[int, int]:  # noqa: ANN401 - of transformers
    """Height and width: the model's own where it has one, else what its preprocessor makes."""
    candidates = [getattr(config, "image_size", None)]
    if said.get("do_center_crop") is not False:
        candidates.append(said.get("crop_size"))
    candidates.append(said.get("size"))
    sizes = [found for found in map(_sides, candidates) if found is not None]
    return sizes[0] if sizes else (DEFAULT_SIDE, DEFAULT_SIDE)


def _sides(value: Any) -> tuple[int, int] | None:  # noqa: ANN401 - what stands in a JSON file
    """The many spellings of a size: a number, a pair, or named sides."""
    if isinstance(value, Mapping):
        square = value.get("shortest_edge", value.get("longest_edge"))
        value = [value.get("height", square), value.get("width", square)]
    if isinstance(value, int):
        value = [value, value]
    fits = isinstance(value, list | tuple) and len(value) == 2  # noqa: PLR2004 - two sides
    if fits and all(isinstance(one, int) and 0 < one <= LARGEST_SIDE for one in value):
        return value[0], value[1]
    return None


def _prepared(picture: photographs.Pixels, config: Any, said: Mapping[str, Any]) -> Floats:  # noqa: ANN401
    channels = getattr(config, "num_channels", COLOURS)
    pixels = picture.astype(np.float32)
    if channels != COLOURS:
        pixels = np.repeat(pixels.mean(axis=2, keepdims=True), channels, axis=2)
    if said.get("do_rescale") is not False:
        pixels *= _number(said.get("rescale_factor"), 1 / 255)
    if said.get("do_normalize") is not False:
        pixels = (pixels - _each(said.get("image_mean"), channels)) / _each(
            said.get("image_std"), channels
        )
    ready = np.ascontiguousarray(pixels.transpose(2, 0, 1), dtype=np.float32)[None]
    frames = getattr(config, "num_frames", None)
    if isinstance(frames, int) and frames > 0:
        panned = [np.roll(ready, 2 * step, axis=-1) for step in range(frames)]
        return np.stack(panned, axis=1)
    return ready


def _number(value: Any, otherwise: float) -> float:  # noqa: ANN401 - what stands in a JSON file
    return float(value) if isinstance(value, int | float) else otherwise


def _each(value: Any, channels: int) -> Floats:  # noqa: ANN401 - what stands in a JSON file
    """A number for each channel; a half, so that pixels lie in [-1, 1], where none is said."""
    fits = isinstance(value, list) and len(value) == channels
    if fits and all(isinstance(one, int | float) for one in value):
        return np.asarray(value, dtype=np.float32)
    return np.full(channels, 0.5, dtype=np.float32)
