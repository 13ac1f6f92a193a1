"""Weights that an `.onnx` file keeps in other files: where those may be, and whether they are."""

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from sideload.errors import BadModelFileError


def likely(file: Path) -> tuple[Path, ...]:
    """Files beside `file` under the names that exporters give to external weights."""
    names = (f"{file.name}.data", f"{file.name}_data", f"{file.stem}.data", f"{file.stem}.bin")
    return tuple(path for name in names if (path := file.with_name(name)).is_file())


def used(graph: Any, file: Path) -> tuple[Path, ...]:  # noqa: ANN401 - a protobuf message
    """The external files of a graph, each once, all of them beside `file` or below it.

    Raises:
        BadModelFileError: One is missing, too short, or outside of the file's folder.
    """
    found: dict[Path, None] = {}
    for tensor in _tensors(graph):
        entries = {entry.key: entry.value for entry in tensor.external_data}
        path = _inside(entries.get("location", ""), file)
        _long_enough(path, entries, tensor.name, file)
        found[path] = None
    return tuple(found)


def _tensors(graph: Any) -> Iterator[Any]:  # noqa: ANN401
    """All tensors of a graph and of the graphs inside its nodes that are stored elsewhere."""
    waiting = [graph]
    while waiting:
        one = waiting.pop()
        yield from _external(one.initializer)
        for node in one.node:
            for attribute in node.attribute:
                yield from _external([attribute.t, *attribute.tensors])
                waiting += [attribute.g, *attribute.graphs]


def _external(tensors: Iterable[Any]) -> Iterator[Any]:
    return (tensor for tensor in tensors if tensor.data_location == tensor.EXTERNAL)


def _inside(location: str, file: Path) -> Path:
    """The path of an external file; the file names it, so it is not trusted."""
    pure, windows = PurePosixPath(location), PureWindowsPath(location)
    leaves = pure.is_absolute() or windows.is_absolute() or ".." in (*pure.parts, *windows.parts)
    path = file.parent / location
    if not location or leaves or not path.resolve().is_relative_to(file.parent):
        raise BadModelFileError(
            f"{file.name} wants weights from {location!r}, outside of its own folder",
            remedy="put the weights beside the file, and save it again with that location",
        )
    if not path.is_file():
        raise BadModelFileError(
            f"{file.name} keeps weights in {location}, which is not beside it",
            remedy="copy that file into the same folder",
        )
    return path


def _long_enough(path: Path, entries: dict[str, str], tensor: str, file: Path) -> None:
    try:
        offset, length = int(entries.get("offset", 0)), int(entries.get("length", 0))
    except ValueError as error:
        raise BadModelFileError(
            f"{file.name} says where {tensor} is stored in words: {entries}",
            remedy="export the file again",
        ) from error
    size_bytes = path.stat().st_size
    if offset < 0 or length < 0 or offset + length > size_bytes:
        raise BadModelFileError(
            f"{path.name} has {size_bytes} bytes, but {tensor} is said to lie at {offset} and to "
            f"be {length} long",
            remedy=f"copy {path.name} again: it is truncated, or of another export",
        )
