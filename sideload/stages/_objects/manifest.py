"""What a deployment holds, as one line of JSON on the device."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from sideload.stages._objects.names import KEY, SHA256
from sideload.values import SCHEMA, PayloadFile

_STAMP: Final = ("inode", "size_bytes", "mtime")


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What changes when somebody touches an object: inode, size in bytes, seconds since 1970."""

    inode: int
    size_bytes: int
    mtime: int


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file: its name, its content, and the stamp of its object when that was right."""

    name: str
    sha256: str
    executable: bool
    stamp: Stamp


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """One deployment."""

    key: str
    entries: tuple[Entry, ...]

    def lists(self, payload: Sequence[PayloadFile]) -> bool:
        """Is it a deployment of exactly these files?"""
        ours = {(entry.name, entry.sha256, entry.executable) for entry in self.entries}
        return ours == {(file.name, file.file.sha256, file.executable) for file in payload}


def build(key: str, payload: Sequence[PayloadFile], stamps: Mapping[str, Stamp]) -> Manifest:
    """The manifest of a payload whose objects have these stamps, by hash."""
    return Manifest(
        key=key,
        entries=tuple(
            Entry(
                name=file.name,
                sha256=file.file.sha256,
                executable=file.executable,
                stamp=stamps[file.file.sha256],
            )
            for file in payload
        ),
    )


def dump(manifest: Manifest) -> str:
    """One line, without its end."""
    return json.dumps({"schema": SCHEMA, **asdict(manifest)})


def load(line: str) -> Manifest | None:
    """Read what `dump` wrote; None for anything else, which then names nothing."""
    try:
        fields: Any = json.loads(line)
        if fields["schema"] != SCHEMA or not KEY.fullmatch(fields["key"]):
            return None
        return Manifest(key=fields["key"], entries=tuple(map(_entry, fields["entries"])))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _entry(fields: Mapping[str, Any]) -> Entry:
    if not SHA256.fullmatch(fields["sha256"]):
        raise ValueError(fields["sha256"])
    return Entry(
        name=str(fields["name"]),
        sha256=fields["sha256"],
        executable=bool(fields["executable"]),
        stamp=Stamp(**{name: int(fields["stamp"][name]) for name in _STAMP}),
    )
