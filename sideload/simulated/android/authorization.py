"""Which clients the phone trusts: the keys it has been shown, and those of who started it."""

import os
from collections.abc import Iterator
from pathlib import Path

from sideload.errors import ProtocolError
from sideload.protocols.adb import keys


class TrustedKeys:
    """The keys in the phone's `adb_keys` and in `others`; read each time, for they may change."""

    def __init__(self, file: Path, *others: Path) -> None:
        self._file = file
        self._others = others

    def remember(self, offered: bytes) -> bool:
        """Trust a key from now on, as if somebody had pressed Allow; False where it is no key."""
        line = offered.rstrip(b"\0\r\n")
        if b"\n" in line or not _is_key(line):
            return False
        if line not in _lines(self._file):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("ab") as opened:
                opened.write(line + b"\n")
            self._file.chmod(0o600)
        return True

    def signed(self, token: bytes, signature: bytes, *, is_known: bool = False) -> bool:
        """Has one of the keys signed `token`? With `is_known`, one that the phone remembers."""
        files = (self._file, *(() if is_known else self._others))
        lines = (line for file in files for line in _lines(file))
        return any(keys.verifies(key, token, signature) for line in lines for key in _keys(line))


def _lines(file: Path) -> list[bytes]:
    # Somebody else's `adbkey.pub` may be out of reach; that is no trouble of the phone's.
    return file.read_bytes().splitlines() if os.access(file, os.R_OK) else []


def _keys(line: bytes) -> Iterator[keys.PublicKey]:
    try:
        yield keys.parse(line)
    except ProtocolError:
        return  # a line that somebody has edited: it lets nobody in


def _is_key(line: bytes) -> bool:
    return any(True for _ in _keys(line))


def of_phone(root: Path) -> TrustedKeys:
    """The keys that the phone with this root trusts: those it remembers, and its user's own.

    A phone on one's own machine has nothing to ask: like the emulator, it trusts adb's key from the
    start, so that the first `adb connect` is let in without the detour over "unauthorized".
    """
    return TrustedKeys(root / "data/misc/adb/adb_keys", Path.home() / ".android" / "adbkey.pub")
