"""iPhones and iPads: models come to them inside of apps, and no transport reaches them yet."""

from typing import ClassVar, Final

from sideload.facts import PhoneFacts
from sideload.platforms import Platform
from sideload.values import CLibrary, Target

NO_SHELL: Final = "an iPhone has no shell to ask"


class Ios:
    """Nothing can be executed there but an app that Xcode has signed."""

    transports: ClassVar[tuple[str, ...]] = ()
    simulated: ClassVar[str] = ""
    device_variable: ClassVar[str] = ""

    def abis(self) -> tuple[str, ...]:
        """None: a runner of ours could not be started."""
        return ()

    def c_library(self, target: Target) -> CLibrary:
        """Apple's own, which is there."""
        del target
        return "host"

    def facts_command(self, root: str) -> str:
        """Nothing: there is no shell."""
        del root
        return ""

    def facts(self, printed: bytes) -> PhoneFacts:
        """What is unknown, and why."""
        del printed
        return PhoneFacts(unknown=(NO_SHELL,))


ADAPTER: Final[Platform] = Ios()
