"""A program saved by `torch.export.save`: names, shapes and open axes are its own."""

from pathlib import Path
from typing import Final

from sideload.sources import Source, _names
from sideload.values import Subject


class SavedProgram:
    """Loads a `.pt2` file, of which nothing is unpickled but tensors."""

    def name(self, spec: str) -> str:
        """The file's name; see the protocol."""
        return _names.safe(Path(spec).stem, spec)

    def files(self, spec: str) -> tuple[Path, ...]:
        """The file itself."""
        return (Path(spec).resolve(),)

    def load(self, spec: str, *, dynamic: bool) -> Subject:
        """See the protocol."""
        from sideload.sources import _program

        return _program.subject(Path(spec).resolve(), self.name(spec), dynamic=dynamic)


ADAPTER: Final[Source] = SavedProgram()
