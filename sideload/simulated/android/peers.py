"""Whose process is at the other end of a loopback connection, where the host tells."""

from pathlib import Path
from typing import Final

_TABLES: Final = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
# 127.0.0.1 as it stands in either table.
_LOOPBACK: Final = ("0100007F", "0000000000000000FFFF00000100007F")
_LOCAL, _REMOTE, _USER = 1, 2, 7
_NOBODY: Final = -1


def user(client_port: int, phone_port: int) -> int | None:
    """The user who connected from one port to the other; None where the host does not tell.

    A connection that is no longer there belongs to user -1, which nobody is.
    """
    tables = [table.read_text("ascii") for table in _TABLES if table.exists()]
    return find("".join(tables), client_port, phone_port) if tables else None


def find(tables: str, client_port: int, phone_port: int) -> int:
    """Look a connection up in what the host tells, from its client's side."""
    ends = [(f"{host}:{client_port:04X}", f"{host}:{phone_port:04X}") for host in _LOOPBACK]
    for line in tables.splitlines():
        words = line.split()
        if len(words) > _USER and (words[_LOCAL], words[_REMOTE]) in ends:
            return int(words[_USER])
    return _NOBODY
