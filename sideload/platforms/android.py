"""Android phones, and the simulated one."""

from typing import ClassVar, Final

from sideload.host import machine
from sideload.platforms import Platform


class Android:
    """A folder under `/data/local/tmp` that the shell can execute from."""

    transports: ClassVar[tuple[str, ...]] = ("adb",)
    simulated: ClassVar[str] = "android"

    def abis(self) -> tuple[str, ...]:
        """What this machine's own compiler makes: its own instruction set."""
        own = machine.abi()
        return (own,) if own else ()


ADAPTER: Final[Platform] = Android()
