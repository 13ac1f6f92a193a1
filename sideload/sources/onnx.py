"""An existing `.onnx` file, checked, and brought to a version that phones' runtimes read."""

from pathlib import Path
from typing import Final

from sideload.sources import Source, _external, _names
from sideload.values import Subject


class OnnxFile:
    """Reads the file without its weights first, and refuses what it cannot carry."""

    def name(self, spec: str) -> str:
        """The file's name; see the protocol."""
        return _names.safe(Path(spec).stem, spec)

    def files(self, spec: str) -> tuple[Path, ...]:
        """The file, and files beside it that may hold its weights, by their usual names."""
        file = Path(spec).resolve()
        return (file, *_external.likely(file))

    def load(self, spec: str, *, dynamic: bool) -> Subject:
        """See the protocol."""
        from sideload.sources import _graph

        return _graph.subject(Path(spec).resolve(), self.name(spec), dynamic=dynamic)


ADAPTER: Final[Source] = OnnxFile()
