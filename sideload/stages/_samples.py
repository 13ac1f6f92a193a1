"""The samples that an artifact carries to a device: inputs, and what is known to be right."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sideload.errors import HostFileError
from sideload.host import arrays
from sideload.values import Artifact

Answers: TypeAlias = tuple[arrays.Array, ...]


@dataclass(frozen=True, kw_only=True)
class Samples:
    """One tuple for each sample: its inputs, PyTorch's answers, and this machine's.

    `host` is empty where the file cannot run on this machine.
    """

    inputs: tuple[Answers, ...]
    reference: tuple[Answers, ...]
    host: tuple[Answers, ...]


def samples(artifact: Artifact) -> Samples:
    """Read what the worker kept beside an artifact.

    Raises:
        InputsError: The file is damaged.
        HostFileError: There is none.
    """
    if artifact.samples is None:
        raise HostFileError(
            f"{artifact.model} has no samples beside it", remedy="sideload clean, then the same"
        )
    kept = arrays.load(artifact.samples.path)
    return Samples(
        inputs=_rows(kept, "input"),
        reference=_rows(kept, "reference"),
        host=_rows(kept, "host"),
    )


def _rows(kept: Mapping[str, arrays.Array], kind: str) -> tuple[Answers, ...]:
    """The arrays called `<sample>.<kind>.<position>`, in order of both numbers."""
    rows: dict[int, list[arrays.Array]] = {}
    order = sorted(
        (name.split(".") for name in kept), key=lambda part: (int(part[0]), int(part[2]))
    )
    for number, of, position in order:
        if of == kind:
            rows.setdefault(int(number), []).append(kept[f"{number}.{of}.{position}"])
    return tuple(tuple(rows[number]) for number in sorted(rows))
