"""Android phones, and the simulated one."""

from typing import ClassVar, Final

from sideload.facts import PhoneFacts
from sideload.host import machine
from sideload.platforms import Platform, _facts


class Android:
    """A folder under `/data/local/tmp` that the shell can execute from."""

    transports: ClassVar[tuple[str, ...]] = ("adb", "adb_server")
    simulated: ClassVar[str] = "android"
    device_variable: ClassVar[str] = "ANDROID_SERIAL"

    def abis(self) -> tuple[str, ...]:
        """What this machine's own compiler makes: its own instruction set."""
        own = machine.abi()
        return (own,) if own else ()

    def facts_command(self, root: str) -> str:
        """Programs of toybox and Android's services."""
        return _facts.command(root)

    def facts(self, printed: bytes) -> PhoneFacts:
        """What that command printed, as a value."""
        return _facts.parse(printed)


ADAPTER: Final[Platform] = Android()
