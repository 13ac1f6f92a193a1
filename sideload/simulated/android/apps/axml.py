"""The XML of an APK's manifest, which is binary: a pool of strings, and elements that name them."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

Value: TypeAlias = str | int | bool

_XML: Final = 0x0003
_STRINGS: Final = 0x0001
_IDS: Final = 0x0180
_START: Final = 0x0102
_END: Final = 0x0103
_UTF8: Final = 1 << 8
_NOTHING: Final = 0xFFFFFFFF
_TEXT: Final = 0x03
_BOOLEAN: Final = 0x12
_CHUNK: Final = struct.Struct("<HHI")
_POOL: Final = struct.Struct("<IIIII")
_ELEMENT: Final = struct.Struct("<IIIIHHHHHH")
_ATTRIBUTE: Final = struct.Struct("<IIIHBBI")
_MOST_DEPTH: Final = 100
# Some packers leave names of attributes out: Android goes by these numbers.
_NAMES: Final = {
    0x01010003: "name",
    0x0101000F: "debuggable",
    0x01010010: "exported",
    0x0101020C: "minSdkVersion",
    0x0101021B: "versionCode",
    0x01010272: "testOnly",
}


@dataclass(frozen=True, kw_only=True)
class Element:
    """One element: its name, its attributes without their namespaces, and what is in it."""

    name: str
    attributes: Mapping[str, Value]
    children: list["Element"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["Element"]:
        """The children of that name."""
        return (child for child in self.children if child.name == name)


def parse(data: bytes) -> Element:
    """The outermost element.

    Raises:
        ValueError: The bytes are no such XML.
    """
    try:
        return _parse(data)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ValueError(f"no binary XML: {error}") from error


def _parse(data: bytes) -> Element:
    kind, header_bytes, _ = _CHUNK.unpack_from(data)
    if kind != _XML:
        raise ValueError("no binary XML")
    reading = _Reading(data)
    for at, kind, head_bytes, size_bytes in _chunks(data, header_bytes):
        reading.take(kind, at, head_bytes, size_bytes)
    if reading.root is None:
        raise ValueError("no element")
    return reading.root


class _Reading:
    """What is known so far, from one chunk to the next."""

    def __init__(self, data: bytes) -> None:
        self.root: Element | None = None
        self._data = data
        self._strings: list[str] = []
        self._ids: tuple[int, ...] = ()
        self._open: list[Element] = []

    def take(self, kind: int, at: int, head_bytes: int, size_bytes: int) -> None:
        if kind == _STRINGS:
            self._strings = _strings(self._data[at : at + size_bytes])
        elif kind == _IDS:
            count = (size_bytes - head_bytes) // 4
            self._ids = struct.unpack_from(f"<{count}I", self._data, at + head_bytes)
        elif kind == _START:
            self._begin(_element(self._data, at + _CHUNK.size, self._strings, self._ids))
        elif kind == _END and self._open:
            self._open.pop()

    def _begin(self, element: Element) -> None:
        if self._open:
            self._open[-1].children.append(element)
        elif self.root is not None:
            raise ValueError("more than one outermost element")
        self.root = self.root or element
        self._open.append(element)
        if len(self._open) > _MOST_DEPTH:
            raise ValueError("elements are nested too deep")


def _chunks(data: bytes, at: int) -> Iterator[tuple[int, int, int, int]]:
    while at + _CHUNK.size <= len(data):
        kind, head_bytes, size_bytes = _CHUNK.unpack_from(data, at)
        if size_bytes < _CHUNK.size or at + size_bytes > len(data):
            raise ValueError("a chunk is longer than the file")
        yield at, kind, head_bytes, size_bytes
        at += size_bytes


def _strings(chunk: bytes) -> list[str]:
    count, _, flags, start, _ = _POOL.unpack_from(chunk, _CHUNK.size)
    if 4 * count > len(chunk):
        raise ValueError("more strings than bytes")
    offsets = struct.unpack_from(f"<{count}I", chunk, _CHUNK.size + _POOL.size)
    read = _utf8 if flags & _UTF8 else _utf16
    return [read(chunk, start + offset) for offset in offsets]


def _utf8(chunk: bytes, at: int) -> str:
    # Its length in characters comes first, which nobody needs.
    at += 2 if chunk[at] & 0x80 else 1
    length = chunk[at]
    at += 1
    if length & 0x80:
        length = (length & 0x7F) << 8 | chunk[at]
        at += 1
    return chunk[at : at + length].decode("utf-8")


def _utf16(chunk: bytes, at: int) -> str:
    (length,) = struct.unpack_from("<H", chunk, at)
    at += 2
    if length & 0x8000:
        (low,) = struct.unpack_from("<H", chunk, at)
        length, at = (length & 0x7FFF) << 16 | low, at + 2
    return chunk[at : at + 2 * length].decode("utf-16-le")


def _element(data: bytes, at: int, strings: list[str], ids: tuple[int, ...]) -> Element:
    _, _, _, name, start, size_bytes, count, *_ = _ELEMENT.unpack_from(data, at)
    # Counted from behind the two numbers that every node begins with.
    first = at + 8 + start
    attributes: dict[str, Value] = {}
    for number in range(count):
        _, key, raw, _, _, kind, value = _ATTRIBUTE.unpack_from(data, first + number * size_bytes)
        known = _NAMES.get(ids[key]) if key < len(ids) else None
        attributes[known or strings[key]] = _value(raw, kind, value, strings)
    return Element(name=strings[name], attributes=attributes)


def _value(raw: int, kind: int, value: int, strings: list[str]) -> Value:
    if kind == _TEXT or raw != _NOTHING:
        return strings[value if kind == _TEXT else raw]
    return bool(value) if kind == _BOOLEAN else value
