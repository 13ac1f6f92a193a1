"""A simulated Android phone: speaks the real adb wire protocol, and really runs what it is sent.

It is a process that listens on a loopback port and keeps its files in a folder. Any adb client may
connect to it. Commands run with the rights of the user who started it, in a shell of this host: it
simulates a phone, it does not fence anything in.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from sideload.simulated import RunningPhone, Simulator
from sideload.simulated.android import control, launch, registry
from sideload.simulated.android import faults as known
from sideload.simulated.android.options import Options


class AndroidSimulator:
    """Android phones; see `Simulator` for what each method promises."""

    def start(
        self,
        root: Path,
        *,
        faults: Sequence[str] = (),
        serial: str = "",
        port: int = 0,
        properties: Mapping[str, str] | None = None,
    ) -> AbstractContextManager[RunningPhone]:
        """A phone in a process of its own, for as long as the block runs."""
        return launch.start(_options(root, faults, serial, port, properties))

    def serve(
        self,
        root: Path,
        *,
        ready: Callable[[RunningPhone], None],
        faults: Sequence[str] = (),
        serial: str = "",
        port: int = 0,
        properties: Mapping[str, str] | None = None,
    ) -> None:
        """A phone in this process, until SIGTERM or SIGINT; `ready` is told when it listens."""
        from sideload.simulated.android import run  # noqa: PLC0415 - brings all of asyncio with it

        run.run(_options(root, faults, serial, port, properties), ready)

    def running(self) -> tuple[RunningPhone, ...]:
        """Every simulated Android phone of this user on this host, by address."""
        return registry.running()

    @contextmanager
    def faulty(self, phone: RunningPhone, *faults: str) -> Iterator[None]:
        """The phone has these faults, and no others, for as long as the block runs."""
        control.write(phone.root, faults)
        try:
            yield
        finally:
            control.write(phone.root, ())

    def faults(self) -> Mapping[str, str]:
        """How each fault is asked for, and what it then does."""
        return known.described()


def _options(
    root: Path,
    faults: Sequence[str],
    serial: str,
    port: int,
    properties: Mapping[str, str] | None,
) -> Options:
    return Options(
        root=root, faults=tuple(faults), serial=serial, port=port, properties=properties or {}
    )


ADAPTER: Final[Simulator] = AndroidSimulator()
