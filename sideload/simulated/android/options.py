"""What a phone is asked to be, and how that crosses the border between two processes."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Options:
    """See `Simulator`; the faults are still the words that ask for them."""

    root: Path
    faults: tuple[str, ...] = ()
    serial: str = ""
    port: int = 0
    properties: Mapping[str, str]


def to_json(options: Options) -> str:
    """One line, which `from_json` reads; a path that is no text survives."""
    return json.dumps({**asdict(options), "root": str(options.root)})


def from_json(text: str) -> Options:
    """Read what `to_json` wrote."""
    fields = json.loads(text)
    return Options(
        root=Path(fields["root"]),
        faults=tuple(fields["faults"]),
        serial=fields["serial"],
        port=fields["port"],
        properties=fields["properties"],
    )
