"""What a deployment holds, as one line of JSON on the device."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sideload.stages._objects.names import KEY, SHA256
from sideload.values import SCHEMA, PayloadFile


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What changes when somebody touches an object: inode, size in bytes, seconds since 1970.

    `fine` is the fraction of that second and the time of the last change of anything, a name or a
    permission included; empty where the device does not say, or did not when the stamp was taken.
    """

    inode: int
    size_bytes: int
    mtime: int
    fine: str = ""

    def has_content_of(self, other: "Stamp") -> bool:
        """Is the content untouched since `other` was taken, whatever it is called by now?"""
        mine = (self.inode, self.size_bytes, self.mtime, self.fine.partition(" ")[0])
        return mine == (other.inode, other.size_bytes, other.mtime, other.fine.partition(" ")[0])


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
        stamp=_stamp(fields["stamp"]),
    )


def _stamp(fields: Mapping[str, Any]) -> Stamp:
    return Stamp(
        inode=int(fields["inode"]),
        size_bytes=int(fields["size_bytes"]),
        mtime=int(fields["mtime"]),
        # Older manifests have none; what they name is hashed once more.
        fine=str(fields.get("fine", "")),
    )
