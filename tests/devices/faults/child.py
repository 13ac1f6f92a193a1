"""`python -m tests.devices.faults.child ADDRESS ROOT FOLDER ACT`: our side in a process of its own.

It prints the bytes sent so far whenever some are sent, and how it ended.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from sideload.errors import SideloadError
from sideload.simulated import RunningPhone
from sideload.stages._objects import store
from tests.devices.faults.bench import KEY, ROOT, Bench


def main(argv: Sequence[str]) -> int:
    """Deploy or pull; 0, or what `SideloadError` wants."""
    address, root, folder, act = argv
    phone = RunningPhone(address=address, serial="", pid=0, root=Path(root))
    bench = Bench(phone=phone, folder=Path(folder))
    try:
        _deploy(bench) if act == "deploy" else _pull(bench)
    except SideloadError as error:
        _say(f"{type(error).__name__}: {error}")
        return error.exit_code
    _say("done")
    return 0


def _deploy(bench: Bench) -> None:
    sent_bytes = 0

    def hear(size_bytes: int) -> None:
        nonlocal sent_bytes
        sent_bytes += size_bytes
        _say(str(sent_bytes))

    with bench.connected() as connection:
        _say("0")
        stored = store(connection, root=ROOT, key=KEY, payload=bench.payload(), progress=hear)
        _say(f"pushed {stored.pushed_bytes}")


def _pull(bench: Bench) -> None:
    with bench.connected() as connection:
        connection.pull(f"{ROOT}/given.bin", bench.folder / "pulled.bin")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
