"""The command that runs a phone on this machine."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from sideload import simulated
from sideload.commands.answer import Answer
from sideload.host import console
from sideload.simulated import RunningPhone


def simulate(port: int, root: str, fault: object, settings: object) -> Answer:
    """Serve a simulated Android phone until SIGINT or SIGTERM."""
    simulator = simulated.get("android")
    if "help" in _texts(fault):
        rows = simulator.faults().items()
        return Answer(document={}, text="\n".join(f"{usage}: {does}" for usage, does in rows))
    with tempfile.TemporaryDirectory(prefix="sideload-phone-") as temporary:
        simulator.serve(
            Path(root or temporary),
            ready=_announce,
            faults=_texts(fault),
            port=port,
            properties=simulated.pairs(_texts(settings)),
        )
    return Answer(document={})


def _announce(phone: RunningPhone) -> None:
    console.result(phone.address)
    console.note(f"--device {phone.address}, or adb connect {phone.address}; Ctrl-C ends it")


def _texts(words: object) -> Sequence[str]:
    return [str(word) for word in words] if isinstance(words, list | tuple) else []
