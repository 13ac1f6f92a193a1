"""Write a .pte of each model into a folder; they compute `models.ANSWERS`."""

import sys
from pathlib import Path
from typing import Any

import torch
from executorch.exir import to_edge_transform_and_lower
from torch.export import Dim, export


class Digits(torch.nn.Module):
    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return image.flatten(1)[:, :10] * 2


class MiniLm(torch.nn.Module):
    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return input_ids * attention_mask


class Awkward(torch.nn.Module):
    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return tuple(
            torch.logical_not(given) if given.dtype == torch.bool else given * 2 for given in inputs
        )


class Half(torch.nn.Module):
    def forward(self, x: torch.Tensor, by: torch.Tensor) -> torch.Tensor:
        return x / by


def write_several(path: Path) -> None:
    """A file of two methods: `forward` doubles, and `half` divides."""
    three = torch.ones(3)
    programs = {
        "forward": export(Awkward().eval(), (three,)),
        "half": export(Half().eval(), (three, torch.tensor(2.0))),
    }
    path.write_bytes(to_edge_transform_and_lower(programs).to_executorch().buffer)


def write(path: Path, module: torch.nn.Module, inputs: tuple[torch.Tensor, ...], axes: Any) -> None:  # noqa: ANN401 - torch's own nesting
    program = export(module.eval(), inputs, dynamic_shapes=axes)
    path.write_bytes(to_edge_transform_and_lower(program).to_executorch().buffer)


def main(folder: Path) -> None:
    batch, length = Dim("batch", min=1, max=8), Dim("sequence", min=1, max=256)
    ids, mask = torch.ones(2, 2, 5, dtype=torch.int64)  # one tensor twice would become one input
    floats = (torch.float16, torch.float32, torch.float64)
    every = (torch.bool, *floats, torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8)
    ones = {dtype: torch.ones(2, dtype=dtype) for dtype in every}
    awkward = (*ones.values(), torch.tensor(1.0))
    carried = tuple(given for given in awkward if given.dtype not in {torch.bool, torch.int16})
    shared = {torch.float32, torch.int8, torch.int32, torch.int64, torch.uint8}
    common = tuple(given for given in awkward if given.dtype in shared)

    write(folder / "digits.pte", Digits(), (torch.ones(2, 1, 8, 8),), ({0: batch},))
    write(folder / "minilm.pte", MiniLm(), (ids, mask), ({0: batch, 1: length},) * 2)
    write(folder / "awkward.pte", Awkward(), awkward, None)
    write(folder / "carried.pte", Awkward(), carried, None)
    write(folder / "common.pte", Awkward(), common, None)
    write_several(folder / "several.pte")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
