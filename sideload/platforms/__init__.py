"""What a device is like on each platform; one file per platform, found by its name."""

from typing import ClassVar, Protocol

from sideload.facts import PhoneFacts
from sideload.host import discover
from sideload.values import CLibrary, Target


class Platform(Protocol):
    """A platform, seen from the stages.

    `transports` are tried in their order; `device_variable` is a variable of the environment that
    names the device to use where the command line names none, or empty.
    """

    transports: ClassVar[tuple[str, ...]]
    simulated: ClassVar[str]
    device_variable: ClassVar[str]

    def abis(self) -> tuple[str, ...]:
        """Instruction sets to make bundles for, in Android's names; our own comes first."""

    def c_library(self, target: Target) -> CLibrary:
        """Whose C library a runner uses there."""

    def facts_command(self, root: str) -> str:
        """Shell text that asks a device for its state; `root` is where our files are."""

    def facts(self, printed: bytes) -> PhoneFacts:
        """What a device says of itself with that text; nothing that it prints makes this fail."""


def get(name: str) -> Platform:
    """The platform of that name.

    Raises:
        UnknownAdapterError: There is no such file in this folder.
    """
    adapter: Platform = discover.load("platforms", name)
    return adapter
