"""Start an adb server where none runs, if this machine has the native adb; never end one."""

from typing import Final

from sideload.errors import NoDeviceError
from sideload.host import android_sdk, console, process
from sideload.transports._adb_server import asking
from sideload.transports._adb_server.asking import AbsentError
from sideload.transports._adb_server.place import Place

INSTALL: Final = (
    "install Android's platform-tools and set ANDROID_HOME, then run the command again; "
    "a phone on the network needs none: --device ADDRESS:5555"
)
_START_S: Final = 20.0


def listens(place: Place) -> bool:
    """Does anything listen where the server should be?"""
    try:
        with asking.opened(place):
            return True
    except AbsentError:
        return False


def can_start(place: Place) -> bool:
    """Is the server's place on this machine, and is the native adb installed?"""
    return place.is_here and android_sdk.adb() is not None


def ensure(place: Place) -> bool:
    """Have a server run; was one started for that?

    One that runs already is left alone, whatever its version: `adb start-server` would end one of
    another version, so that is only typed where nothing listens.

    Raises:
        NoDeviceError: None runs, and none can be started from here.
        ToolFailedError: The native adb could not start one.
    """
    if listens(place):
        return False
    program = android_sdk.adb()
    if not place.is_here or program is None:
        raise NoDeviceError(
            f"no adb server listens at {place}, which a phone on a cable needs", remedy=INSTALL
        )
    console.note(f"starting the adb server at {place}")
    process.run([program, "start-server"], timeout_s=_START_S, remedy=f"{program} start-server")
    return True
