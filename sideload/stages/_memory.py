"""What a stage made before: JSON beside its files, believed only while all of it is true."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Generic, TypeVar

from sideload.errors import HostFileError
from sideload.host import files, jsonfile
from sideload.values import FileRef

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Look(Generic[T]):
    """What is there: the value, or why there is none that can be used."""

    value: T | None
    why: str = ""


def recall(folder: Path, kind: type[T], parts: Mapping[str, str] | None) -> Look[T]:
    """The value that `remember` kept in `folder`, if it was made from the same parts.

    Without parts, whatever it was made from: to show it, not to build on it.
    """
    place = _place(folder, kind)
    if not place.is_file():
        return Look(value=None, why="nothing is there yet")
    try:
        before = dict(json.loads(files.read_text(_parts(folder, kind))))
        value = jsonfile.load(kind, files.read_text(place))
    except (HostFileError, ValueError, TypeError):
        return Look(value=None, why="what is there cannot be read")
    changed = [name for name, digest in (parts or {}).items() if before.get(name) != digest]
    if changed:
        return Look(value=None, why=f"{' and '.join(changed)} changed")
    return next(
        (Look(value=None, why=fault) for fault in _faults(value)),
        Look(value=value),
    )


def remember(folder: Path, value: object, parts: Mapping[str, str]) -> None:
    """Keep a value; the parts last, because a value without them is not believed."""
    files.write_text(_place(folder, type(value)), jsonfile.dump(value))
    files.write_text(_parts(folder, type(value)), json.dumps(parts, indent=2) + "\n")


def _place(folder: Path, kind: type[object]) -> Path:
    return folder / f"{kind.__name__.lower()}.json"


def _parts(folder: Path, kind: type[object]) -> Path:
    return folder / f"{kind.__name__.lower()}.parts.json"


def _faults(value: object) -> Iterator[str]:
    """What is no longer true of the files that a value names, at any depth."""
    if isinstance(value, FileRef):
        yield from _file_faults(value)
    elif isinstance(value, Path) and not value.exists():
        yield f"{value.name} is missing"
    elif isinstance(value, tuple):
        yield from (fault for each in value for fault in _faults(each))
    elif is_dataclass(value):
        yield from _faults(tuple(getattr(value, each.name) for each in fields(value)))


def _file_faults(file: FileRef) -> Iterator[str]:
    if not file.path.is_file():
        yield f"{file.path.name} is missing"
    elif files.sha256_cached(file.path) != file.sha256:
        yield f"{file.path.name} was changed"
