"""The built-in models, by name."""

from pathlib import Path
from typing import Final

from sideload import models, samples
from sideload.sources import Source
from sideload.values import Subject


class Catalogue:
    """Finds `sideload/models/<name>.py`."""

    def name(self, spec: str) -> str:
        """The model's own name, which is a file name already."""
        return spec

    def files(self, spec: str) -> tuple[Path, ...]:
        """The model's file, and the samples that ship."""
        own = Path(models.__path__[0]) / f"{spec}.py"
        folder = Path(samples.__path__[0])
        return (own, *sorted(folder.glob("*.py")), *sorted(folder.glob("*.txt")))

    def load(self, spec: str, *, dynamic: bool) -> Subject:
        """See the protocol."""
        return models.get(spec)(dynamic=dynamic)


ADAPTER: Final[Source] = Catalogue()
