"""Which trouble may be over when it is tried again, and how long to wait before that."""

import random
from typing import Final

from sideload.errors import (
    DeviceGoneError,
    NoDeviceError,
    RefusedError,
    SideloadError,
    TransferError,
)
from sideload.values import FleetPlan

LONGEST_PAUSE_S: Final = 60.0
_JITTER: Final = 0.25
# A cable that was touched, a phone that restarts: soon it may be well. What a gate refused, what
# was typed wrong, and what a person has to do something about stays as it is.
_TRANSIENT: Final = (DeviceGoneError, RefusedError, TransferError)


def may_help(error: SideloadError, *, has_met: bool) -> bool:
    """Whether another try may go better; `has_met` where the phone was there before."""
    # A name that nothing answers to is a wrong one, unless something did a moment ago.
    is_away = isinstance(error, NoDeviceError) and has_met
    return is_away or isinstance(error, _TRANSIENT)


def pause_s(plan: FleetPlan, attempt: int) -> float:
    """Seconds to wait after the try of that number, from 1: about twice as long each time."""
    usual_s = min(plan.backoff_s * 2.0 ** min(attempt - 1, 30), LONGEST_PAUSE_S)
    # Phones that fell off the same hub do not come back to it all at once.
    return usual_s * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - no secret
