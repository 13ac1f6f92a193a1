"""A Hugging Face folder or hub id, `#text`, `#vision`, … for one part of it.

Any encoder, classifier, vision or audio model of transformers is carried without code of its own:
its inputs are named by `forward`, its outputs by the fields of what it returns.
"""

from pathlib import Path
from typing import Final

from sideload.sources import Source, _hub, _names
from sideload.values import Subject


class HuggingFace:
    """Loads with transformers, offline unless `SIDELOAD_DOWNLOAD=1`; runs no code from a folder."""

    def name(self, spec: str) -> str:
        """The folder's name, or the last word of the hub id; see the protocol."""
        where, part = _hub.split(spec)
        own = Path(where).resolve().name if Path(where).is_dir() else where.rpartition("/")[2]
        return _names.safe(f"{own}-{part}" if part else own, spec)

    def files(self, spec: str) -> tuple[Path, ...]:
        """Weights, configuration, tokenizer and preprocessing."""
        return _hub.deciding(_hub.folder(_hub.split(spec)[0]))

    def load(self, spec: str, *, dynamic: bool) -> Subject:
        """See the protocol."""
        from sideload.sources import _adapt

        where, part = _hub.split(spec)
        folder = _hub.folder(where)
        return _adapt.subject(folder, part, self.name(spec), dynamic=dynamic)


ADAPTER: Final[Source] = HuggingFace()
