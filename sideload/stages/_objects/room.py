"""Room for what is to come: what nobody uses any more goes first, and nothing else."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sideload.errors import DeviceFullError
from sideload.host import console, quantities
from sideload.stages._objects.survey import Survey
from sideload.stages._objects.unused import Victim, remove, unused
from sideload.transports import Connection

_MAKE_ROOM: Final = "sideload clean --device, or delete something on the phone"
_MORE: Final = "a larger device_budget in the target, or sideload clean --device"


@dataclass(frozen=True, kw_only=True)
class Need:
    """What is to come: `space_bytes` more than there is now.

    `hashes` are the objects that it is made of and `keys` the deployments in use, which all stay.
    Where `budget_bytes` is None, half of what is free and what the store has is what it may have
    without removing something; it may take more than that, but not more than there is.
    """

    space_bytes: int
    hashes: Collection[str]
    keys: Collection[str]
    budget_bytes: int | None


def make_room(connection: Connection, root: str, found: Survey, need: Need) -> None:
    """Remove what is not in use, the longest unused first, as far as it must be.

    Raises:
        DeviceFullError: It would not suffice; nothing was removed then.
    """
    wanted_bytes = max(_lacking(found, need), _over_half(found, need))
    victims: list[Victim] = []
    for victim in unused(found, need.keys, need.hashes):
        if wanted_bytes <= sum(each.size_bytes for each in victims):
            break
        victims.append(victim)
    freed_bytes = sum(each.size_bytes for each in victims)
    if _lacking(found, need) > freed_bytes:
        raise _full(connection.device.serial, found, need, freed_bytes)
    remove(connection, root, victims)
    if victims:
        keys = ", ".join(each.key for each in victims if each.key)
        console.note(f"removed {quantities.size(freed_bytes)} of what was unused longest {keys}")


def _lacking(found: Survey, need: Need) -> int:
    """What must be freed, or else it cannot be; 0 or less if nothing."""
    free_bytes, budget_bytes = found.free_bytes, need.budget_bytes
    space = 0 if free_bytes is None else need.space_bytes - free_bytes
    budget = 0 if budget_bytes is None else found.size_bytes + need.space_bytes - budget_bytes
    return max(space, budget)


def _over_half(found: Survey, need: Need) -> int:
    """What should be freed, if there is anything unused."""
    if need.budget_bytes is not None or found.free_bytes is None:
        return 0
    half_bytes = (found.free_bytes + found.size_bytes) // 2
    return found.size_bytes + need.space_bytes - half_bytes


def _full(serial: str, found: Survey, need: Need, freed_bytes: int) -> DeviceFullError:
    needed = quantities.size(need.space_bytes)
    if found.free_bytes is not None and need.space_bytes > found.free_bytes + freed_bytes:
        available = quantities.size(found.free_bytes + freed_bytes)
        problem, remedy = "has too little space", _MAKE_ROOM
    else:
        rest_bytes = (need.budget_bytes or 0) - found.size_bytes + freed_bytes
        available = quantities.size(max(0, rest_bytes))
        problem, remedy = "device_budget in the target leaves too little", _MORE
    return DeviceFullError(
        f"{serial}: {problem} ({needed} needed, {available} available)", remedy=remedy
    )
