"""Names that are safe in a device's shell, in a path and on a line of their own."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from sideload.errors import NameError_
from sideload.values import PayloadFile

KEY: Final = re.compile(r"[0-9A-Za-z_][0-9A-Za-z._-]{0,127}")
SHA256: Final = re.compile(r"[0-9a-f]{64}")
_MOST_BYTES: Final = 255
_RENAME: Final = "rename the model or the file: letters, digits, '-', '_' and '.' always work"


def check_key(key: str) -> None:
    """Refuse a key that could lead out of its folder.

    Raises:
        NameError_: It could.
    """
    if not KEY.fullmatch(key):
        raise NameError_(f"no deployment can have the key {key!r}", remedy=_RENAME)


def check_payload(payload: Sequence[PayloadFile]) -> None:
    """Refuse names that the device cannot keep, and two files with one name.

    Raises:
        NameError_: There is one.
    """
    for file in payload:
        if not _is_name(file.name):
            raise NameError_(f"no file on a phone can be called {file.name!r}", remedy=_RENAME)
        if not SHA256.fullmatch(file.file.sha256):
            raise NameError_(f"{file.file.sha256!r} is no SHA-256", remedy="sideload clean")
    for name, count in Counter(file.name for file in payload).items():
        if count > 1:
            raise NameError_(f"{count} files of the bundle are called {name!r}", remedy=_RENAME)


def _is_name(name: str) -> bool:
    # A backslash or a space at an end would not survive the shell's `read` and `echo`.
    is_plain = name.isprintable() and not set(name) & {"/", "\\"} and name == name.strip()
    is_short = 0 < len(name.encode("utf-8", "surrogateescape")) <= _MOST_BYTES
    return is_plain and is_short and not name.startswith(".")
