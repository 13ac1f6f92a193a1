"""Who measures when: simulated phones share this host's cores, so they take turns."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sideload.host import cache, locks
from sideload.values import Device

WAIT_S: Final = 3600.0
# Among threads it needs no message; among processes, the lock's own says who is measuring.
_here: Final = threading.Lock()


@contextmanager
def measuring(device: Device) -> Iterator[None]:
    """A turn to measure: real phones at any time, simulated ones one after the other.

    Raises:
        BusyError: Another run on this host has measured for too long.
    """
    if not device.simulated:
        yield
        return
    doing = f"measuring on the simulated phone {device.serial}"
    with (
        _here,
        locks.held("measuring", folder=cache.folder("devices"), wait_s=WAIT_S, doing=doing),
    ):
        yield
