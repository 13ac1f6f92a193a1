"""What this machine is called by the devices that it leaves something on."""

import contextlib
import hashlib
import re
import secrets
import socket
from pathlib import Path
from typing import Final

from sideload.errors import HostFileError
from sideload.host import cache, files

# systemd's; dbus's where there is no systemd.
MACHINE_IDS: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
UNSAFE: Final = re.compile(r"[^A-Za-z0-9]+")
LIMIT_BYTES: Final = 1000
SHOWN: Final = 30


def host_id() -> str:
    """A name of letters, digits and `-` that stays the same, and differs from other machines'.

    It begins with the host's name, so that a person can tell whose it is.
    """
    name = UNSAFE.sub("-", socket.gethostname())[:SHOWN].strip("-") or "host"
    digest = hashlib.sha256(f"sideload {name} {_machine()}".encode()).hexdigest()
    return f"{name}-{digest[:12]}"


def _machine() -> str:
    for path in MACHINE_IDS:
        with contextlib.suppress(HostFileError):
            if found := files.read_text(path, limit_bytes=LIMIT_BYTES).strip():
                return found
    return _made_up()


def _made_up() -> str:
    """For a machine without an id: one of our own, kept for as long as the cache is."""
    path = cache.folder("identity") / "host"
    with contextlib.suppress(HostFileError):
        return files.read_text(path, limit_bytes=LIMIT_BYTES)
    made = secrets.token_hex(16)
    with contextlib.suppress(HostFileError):
        files.write_text(path, made)
    return made
