"""What commands have left running in the background: it ends with the phone, as on any other."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Final

_PROCESSES: Final = Path("/proc")


def end(place: str) -> None:
    """Kill every process whose environment says that it was started at `place`.

    Only Linux shows the environment of other processes; elsewhere, nothing happens.
    """
    mark = f"ANDROID_ROOT={place}/system".encode()  # as `commands` has it
    for number in (file.name for file in _PROCESSES.glob("[0-9]*")):
        with suppress(OSError):  # it has ended, or is somebody else's
            _end_if_marked(int(number), mark)


def _end_if_marked(number: int, mark: bytes) -> None:
    # The number may be given to another process at any time; what the descriptor names stays.
    process = os.pidfd_open(number)
    try:
        if mark in (_PROCESSES / str(number) / "environ").read_bytes().split(b"\0"):
            signal.pidfd_send_signal(process, signal.SIGKILL)
    finally:
        os.close(process)
