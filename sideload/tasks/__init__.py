"""The commands, as Invoke tasks: `invoke deploy …` in a checkout, `sideload deploy …` installed.

Tasks are wiring: what they do is in `sideload.commands`, which is imported when one of them runs,
so that listing them costs nothing.
"""

import sys
from typing import Final

from invoke.collection import Collection

from sideload.tasks._machine import PHONE_LISTS, clean, devices, doctor, report, simulate
from sideload.tasks._road import (
    ROAD_LISTS,
    bind,
    bundle,
    deploy,
    export,
    profile,
    quantize,
    unbundle,
)

__all__ = ["PHONE_LISTS", "ROAD_LISTS", "TASKS", "namespace"]

TASKS: Final = (
    devices,
    export,
    quantize,
    bind,
    bundle,
    unbundle,
    deploy,
    profile,
    report,
    simulate,
    doctor,
    clean,
)
namespace: Final = Collection(*TASKS)
# Invoke turns the caching of compiled modules off, which would cost a third of a second each time.
sys.dont_write_bytecode = bool(sys.flags.dont_write_bytecode)
