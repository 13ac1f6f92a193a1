"""This Linux machine itself, without a phone in between."""

from typing import ClassVar, Final

from sideload.facts import PhoneFacts
from sideload.host import machine
from sideload.platforms import Platform, _facts
from sideload.values import CLibrary, Target


class Linux:
    """A folder on this machine; it needs no simulated device, being there already."""

    transports: ClassVar[tuple[str, ...]] = ("local",)
    simulated: ClassVar[str] = ""
    device_variable: ClassVar[str] = ""

    def abis(self) -> tuple[str, ...]:
        """What this machine's own compiler makes: its own instruction set."""
        own = machine.abi()
        return (own,) if own else ()

    def facts_command(self, root: str) -> str:
        """The same as on a phone; Android's services are not there, which is no trouble."""
        return _facts.command(root)

    def facts(self, printed: bytes) -> PhoneFacts:
        """What that command printed, as a value."""
        return _facts.parse(printed)

    def c_library(self, target: Target) -> CLibrary:
        """This machine's own."""
        del target
        return "host"


ADAPTER: Final[Platform] = Linux()
