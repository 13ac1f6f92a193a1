"""Android phones, and the simulated one."""

from typing import ClassVar, Final

from sideload.facts import PhoneFacts
from sideload.host import machine
from sideload.platforms import Platform, _facts
from sideload.values import CLibrary, Target


class Android:
    """A folder under `/data/local/tmp` that the shell can execute from."""

    transports: ClassVar[tuple[str, ...]] = ("adb", "adb_server")
    simulated: ClassVar[str] = "android"
    device_variable: ClassVar[str] = "ANDROID_SERIAL"

    def abis(self) -> tuple[str, ...]:
        """Every 64-bit one: compilers and libraries for other machines are fetched."""
        own = machine.abi()
        return tuple(sorted(machine.SUPPORTED, key=lambda abi: abi != own))

    def c_library(self, target: Target) -> CLibrary:
        """One that is brought along, as Android's fits no wheel; or Android's, with an NDK."""
        return "bionic" if target.runner == "ndk" else "carried"

    def facts_command(self, root: str) -> str:
        """Programs of toybox and Android's services."""
        return _facts.command(root)

    def facts(self, printed: bytes) -> PhoneFacts:
        """What that command printed, as a value."""
        return _facts.parse(printed)


ADAPTER: Final[Platform] = Android()
