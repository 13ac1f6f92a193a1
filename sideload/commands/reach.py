"""The commands that go down the road as far as a device."""

from collections.abc import Sequence
from typing import Final

from sideload.commands.answer import Answer
from sideload.commands.road import Typed
from sideload.errors import SideloadError
from sideload.reports import document, terminal
from sideload.stages import fleet, kept
from sideload.stages import road as stages
from sideload.stages._app import bundling
from sideload.stages._items import Item
from sideload.stages.models import Failures, artifacts
from sideload.values import Result, Target

# Those that answer with what the device said.
ANSWERING: Final = frozenset({"deploy", "profile"})


def bundles(command: str, asked: Sequence[Item], target: Target, words: Typed) -> Answer:
    """A bundle of each item, for each instruction set of the devices that are meant."""
    bundling.check(asked)
    failures = Failures()
    device = fleet.one(words.devices)
    met = None if device is not None else fleet.abis(target, words.devices)
    abis = [stages.abi(target, device)] if device is not None else _each_once(met)
    lowered = artifacts(asked, failures)
    made = [b for abi in abis for _, b in stages.bundles(lowered, abi, failures)]
    return Answer(
        document=document.bundles(command, made),
        text=terminal.bundles(made),
        failures=[*failures.found, *(met.errors() if met else [])],
    )


def _each_once(met: fleet.Fleet[str] | None) -> list[str]:
    return list(dict.fromkeys(abi for each in met.outcomes for abi in each.made)) if met else []


def results(command: str, asked: Sequence[Item], target: Target, words: Typed) -> Answer:
    """Each item on each device that is meant, verified and measured; `profile` measures anew."""
    bundling.check(asked)
    failures = Failures()
    anew = command == "profile"
    device = fleet.one(words.devices)
    if device is None:
        found = fleet.results(asked, target, words.devices, failures, anew=anew)
        return Answer(
            document=document.fleet(command, found),
            text=terminal.fleet(found),
            failures=_worst_first(failures.found, found),
        )
    made = stages.results(asked, target, device, failures, anew=anew)
    others = kept.results()
    return Answer(
        document=document.deployments(command, made, others),
        text=terminal.results(made, others),
        failures=failures.found,
    )


def _worst_first(here: Sequence[SideloadError], found: fleet.Fleet[Result]) -> list[SideloadError]:
    """What was refused on this machine was refused for every phone, and decides the exit code."""
    return [*here, *(error for error in found.errors() if error not in here)]
