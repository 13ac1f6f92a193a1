"""What became of each phone of a fleet: rows for programs, a table for people."""

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, TypeVar

from sideload.errors import SideloadError
from sideload.host import quantities
from sideload.reports._plain import plain
from sideload.values import Device

T_co = TypeVar("T_co", covariant=True)
HEADER: Final = ("phone", "model", "outcome", "tries", "took", "reason")


class PhoneTold(Protocol[T_co]):
    """What became of one phone; `made` is what was made there."""

    @property
    def name(self) -> str:
        """What reaches it."""

    @property
    def state(self) -> str:
        """`done`, `failed` or `quarantined`."""

    @property
    def device(self) -> Device | None:
        """What it said of itself, if it was there."""

    @property
    def made(self) -> Sequence[T_co]:
        """What was made there."""

    @property
    def errors(self) -> Sequence[SideloadError]:
        """Why it is not done."""

    @property
    def attempts(self) -> int:
        """How many tries it took."""

    @property
    def seconds(self) -> float:
        """Wall time."""


class FleetTold(Protocol[T_co]):
    """What became of all of them."""

    @property
    def outcomes(self) -> Sequence[PhoneTold[T_co]]:
        """Each phone."""

    @property
    def succeeded(self) -> str:
        """`all`, `some` or `none`."""


def rows(
    found: FleetTold[T_co],
    told: Callable[[SideloadError], Any],
    content: Callable[[Sequence[T_co]], dict[str, Any]],
) -> list[dict[str, Any]]:
    """Each phone for a document: its outcome, why, and what `content` makes of its results."""
    return [
        {
            "name": each.name,
            "outcome": each.state,
            "reason": reason(each),
            "attempts": each.attempts,
            "seconds": round(each.seconds, 3),
            "device": None if each.device is None else plain(each.device),
            "errors": [told(error) for error in each.errors],
            **content(each.made),
        }
        for each in found.outcomes
    ]


def cells(found: FleetTold[object]) -> list[tuple[str, ...]]:
    """Each phone for a table under `HEADER`."""
    return [
        (
            each.name,
            "" if each.device is None else each.device.model,
            each.state,
            str(each.attempts),
            quantities.seconds(each.seconds),
            reason(each).partition("\n")[0],
        )
        for each in found.outcomes
    ]


def reason(each: PhoneTold[object]) -> str:
    """Why a phone is not done; empty where it is."""
    return each.errors[0].problem if each.errors else ""
