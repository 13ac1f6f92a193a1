"""What a bundle looks like on each platform; one file per platform, found by its name."""

from typing import ClassVar, Protocol

from sideload.host import discover


class Platform(Protocol):
    """A platform, seen from the stages."""

    transports: ClassVar[tuple[str, ...]]
    simulated: ClassVar[str]

    def abis(self) -> tuple[str, ...]:
        """Instruction sets that a bundle can be made for on this machine, in Android's names."""


def get(name: str) -> Platform:
    """The platform of that name.

    Raises:
        UnknownAdapterError: There is no such file in this folder.
    """
    adapter: Platform = discover.load("platforms", name)
    return adapter
