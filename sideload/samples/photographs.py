"""Photographs: crops of the two that scikit-learn ships, at several scales and mirrored.

Both are under a Creative Commons licence (CC BY 2.0): a temple roof and a dahlia, 640 × 427 pixels.
"""

from typing import Any, Final, TypeAlias

import numpy as np

from sideload.errors import MissingPackageError

Pixels: TypeAlias = np.ndarray[Any, np.dtype[np.uint8]]
# Left, top, width and height of each crop, as shares of the photograph.
CROPS: Final = (
    (0.00, 0.00, 1.00, 1.00),
    (0.10, 0.05, 0.60, 0.80),
    (0.40, 0.20, 0.55, 0.75),
    (0.25, 0.30, 0.40, 0.55),
    (0.05, 0.45, 0.50, 0.50),
    (0.55, 0.00, 0.45, 0.60),
    (0.30, 0.10, 0.30, 0.45),
    (0.00, 0.10, 0.70, 0.90),
)
TOTAL: Final = 4 * len(CROPS)
HALF: Final = TOTAL // 2
DATA: Final = "crops of two photographs, some mirrored"


def photographs(count: int, height: int, width: int) -> tuple[Pixels, ...]:
    """`count` different RGB pictures of height × width × 3; at most `TOTAL`.

    Neighbours come from different photographs, so that any few of them are varied.

    Raises:
        MissingPackageError: scikit-learn or Pillow is not installed.
    """
    try:
        from PIL import Image
        from sklearn.datasets import load_sample_images
    except ImportError as error:
        raise MissingPackageError(error.name or "scikit-learn", "models") from error
    whole = [Image.fromarray(array) for array in load_sample_images().images]
    made = []
    for index in range(count):
        picture = whole[index % 2]
        left, top, wide, high = CROPS[index // 2 % len(CROPS)]
        box = (
            left * picture.width,
            top * picture.height,
            (left + wide) * picture.width,
            (top + high) * picture.height,
        )
        shrunk = picture.resize((width, height), Image.Resampling.BICUBIC, box=box)
        array = np.asarray(shrunk, dtype=np.uint8)
        mirrored = index >= 2 * len(CROPS)
        made.append(np.ascontiguousarray(array[:, ::-1]) if mirrored else array)
    return tuple(made)


def split(height: int, width: int) -> tuple[tuple[Pixels, ...], tuple[Pixels, ...]]:
    """Pictures to calibrate on and others to evaluate on; no crop is in both.

    Raises:
        MissingPackageError: scikit-learn or Pillow is not installed.
    """
    made = photographs(TOTAL, height, width)
    plain, mirrored = made[:HALF], made[HALF:]
    middle = HALF // 2
    return plain[:middle] + mirrored[:middle], plain[middle:] + mirrored[middle:]
