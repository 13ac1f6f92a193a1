"""A reader of flatbuffers that trusts nothing: every access is checked, and nothing recurses.

Layout: a table begins with the distance back to its vtable; the vtable holds its own size, the
table's, and for each field the distance from the table, 0 for one that is absent.
"""

import struct
from collections.abc import Iterator
from typing import Final

from sideload.runners._operators import unreadable

OFFSET: Final = struct.Struct("<I")
BACK: Final = struct.Struct("<i")
SLOT: Final = struct.Struct("<H")
VTABLE_HEAD_BYTES: Final = 4


class Table:
    """A table in `data`; a field's number is its place in the schema."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self._at = at
        self._vtable = at - _read(BACK, data, at)
        self._slots_end = _read(SLOT, data, self._vtable)

    def number(self, field: int, layout: struct.Struct, default: int) -> int:
        """The number in that field."""
        at = self._field(field)
        return default if at is None else _read(layout, self._data, at)

    def text(self, field: int) -> str:
        """The string in that field; empty where there is none."""
        at = self._reference(field)
        if at is None:
            return ""
        length = _read(OFFSET, self._data, at)
        raw = self._data[at + OFFSET.size : at + OFFSET.size + length]
        if len(raw) != length:
            raise unreadable("it is truncated")
        return raw.decode("utf-8", "replace")

    def table(self, field: int) -> "Table | None":
        """The table in that field."""
        at = self._reference(field)
        return None if at is None else Table(self._data, at)

    def tables(self, field: int) -> Iterator["Table"]:
        """The tables of the vector in that field."""
        at = self._reference(field)
        length = 0 if at is None else _read(OFFSET, self._data, at)
        if at is not None and at + OFFSET.size * (length + 1) > len(self._data):
            raise unreadable("it is truncated")
        for index in range(length):
            place = (at or 0) + OFFSET.size * (index + 1)
            yield Table(self._data, place + _read(OFFSET, self._data, place))

    def _field(self, field: int) -> int | None:
        slot = VTABLE_HEAD_BYTES + SLOT.size * field
        if slot + SLOT.size > self._slots_end:
            return None
        distance = _read(SLOT, self._data, self._vtable + slot)
        return self._at + distance if distance else None

    def _reference(self, field: int) -> int | None:
        at = self._field(field)
        return None if at is None else at + _read(OFFSET, self._data, at)


def root(data: bytes, identifier: bytes) -> Table:
    """The root table of a buffer that begins with its size.

    Raises:
        RunnerError: It is another kind of file, or truncated.
    """
    body = data[OFFSET.size :]
    if _read(OFFSET, data, 0) != len(body):
        raise unreadable("it is truncated, or of another kind")
    if body[4:8] != identifier:
        raise unreadable(f"it is no {identifier.decode()} file")
    return Table(body, _read(OFFSET, body, 0))


def _read(layout: struct.Struct, data: bytes, at: int) -> int:
    # A negative place would be counted from the end.
    if at < 0 or at + layout.size > len(data):
        raise unreadable("it is truncated or corrupt")
    value: int = layout.unpack_from(data, at)[0]
    return value
