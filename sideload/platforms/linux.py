"""This Linux machine itself, without a phone in between."""

from typing import ClassVar, Final

from sideload.host import machine
from sideload.platforms import Platform


class Linux:
    """A folder on this machine; it needs no simulated device, being there already."""

    transports: ClassVar[tuple[str, ...]] = ("local",)
    simulated: ClassVar[str] = ""

    def abis(self) -> tuple[str, ...]:
        """What this machine's own compiler makes: its own instruction set."""
        own = machine.abi()
        return (own,) if own else ()


ADAPTER: Final[Platform] = Linux()
