"""The state of a device at the moment: asked for beside a measurement, and never in its way."""

from typing import Final

from sideload import platforms
from sideload.errors import DeviceError
from sideload.facts import PhoneFacts
from sideload.transports import Connection
from sideload.values import Target

# Each service is given five seconds on the device itself; all of them together hang as one.
SILENCE_S: Final = 15.0
NO_ANSWER: Final = "everything"


def facts(connection: Connection, target: Target) -> PhoneFacts:
    """What the device says of itself now; without a single fact where it does not answer.

    A measurement is worth having without its circumstances, so no trouble with them ends it: a
    device that is really gone is noticed by the next command.
    """
    platform = platforms.get(target.platform)
    try:
        done = connection.run(platform.facts_command(target.device_root), timeout_s=SILENCE_S)
    except DeviceError:
        return PhoneFacts(unknown=(NO_ANSWER,))
    return platform.facts(done.stdout)
