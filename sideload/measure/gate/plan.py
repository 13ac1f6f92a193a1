"""After how many pairs a comparison is looked at, and how much error each look may spend."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from sideload.errors import PlanError

# Of comparisons of equal builds, how many may be called different; and of comparisons of builds
# that differ by exactly the margin, how many may be called the same. Looks share them by addition.
FALSE_ALARMS: Final = 0.01
FALSE_SAME: Final = 0.05
ROUNDING: Final = 1e-9
REMEDY: Final = "use the plan `short` or `long`, or smaller levels"


@dataclass(frozen=True, kw_only=True)
class Look:
    """After `pairs` pairs: different where p is at most `alarm`, the same where at most `clear`.

    `alarm` is two-sided; `clear` is one-sided and has to be reached at both ends of the margin.
    """

    pairs: int
    alarm: float
    clear: float


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The looks of one comparison, in order; after the last one it is over."""

    looks: tuple[Look, ...]

    @property
    def most(self) -> int:
        """How many pairs there are at most."""
        return self.looks[-1].pairs

    @property
    def alarm(self) -> float:
        """How often equal builds are called different, at most."""
        return math.fsum(look.alarm for look in self.looks)

    @property
    def clear(self) -> float:
        """How often builds that differ by the margin are called the same, at most."""
        return math.fsum(look.clear for look in self.looks)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What is asked of a comparison.

    `margin` is the greatest change that still counts as none, up or down by the same factor, and a
    change below `floor` is not worth an alarm, however certain; both are shares: 0.03 is 3 %.
    """

    plan: Plan
    margin: float = 0.03
    floor: float = 0.01


def planned(looks: Sequence[Look]) -> Plan:
    """The plan of these looks.

    Raises:
        PlanError: They are none, not in order, or spend more error than there is.
    """
    plan = Plan(looks=tuple(looks))
    if not looks:
        raise PlanError("a plan without looks never ends", remedy=REMEDY)
    counts = [0, *(look.pairs for look in looks)]
    if any(later <= earlier for earlier, later in pairwise(counts)):
        raise PlanError(f"looks must come after ever more pairs, not {counts[1:]}", remedy=REMEDY)
    if not all(0 < level < 1 for look in looks for level in (look.alarm, look.clear)):
        raise PlanError("every level of a look lies between 0 and 1", remedy=REMEDY)
    for what, spent, most in (
        ("false alarms", plan.alarm, FALSE_ALARMS),
        ("wrong SAMEs", plan.clear, FALSE_SAME),
    ):
        if spent > most + ROUNDING:
            raise PlanError(
                f"the looks together allow {100 * spent:.3g} % of {what}, and "
                f"{100 * most:g} % is all there is",
                remedy=REMEDY,
            )
    return plan


def asked(plan: Plan, *, margin: float, floor: float) -> Rules:
    """The rules of a comparison by that plan.

    Raises:
        PlanError: The margin or the floor is no share that a change could have.
    """
    if not 0 < margin < 1 or not 0 <= floor < 1:
        raise PlanError(
            f"a margin of {100 * margin:g} % and a floor of {100 * floor:g} % are no bounds of a "
            "change",
            remedy="give a margin such as 0.03, which is 3 %, and a floor of 0 or more",
        )
    return Rules(plan=plan, margin=margin, floor=floor)


def shared(plan: Plan, models: int) -> Plan:
    """The same looks for each of `models` comparisons, which share the false alarms of one."""
    looks = (replace(look, alarm=look.alarm / models) for look in plan.looks)
    return replace(plan, looks=tuple(looks))


def next_look(plan: Plan, pairs: int) -> int:
    """How many pairs there should be before somebody looks again; `plan.most` after the last."""
    return next((look.pairs for look in plan.looks if look.pairs > pairs), plan.most)


# With 10 pairs only the two most unusual of 1024 signs can alarm, which is 0.00195; the last look
# gets what is left. A pair of this many seconds or more is dear enough for the short one.
DEAR_S: Final = 5.0
SHORT: Final = planned(
    (
        Look(pairs=10, alarm=0.00196, clear=0.01),
        Look(pairs=14, alarm=0.0018, clear=0.01),
        Look(pairs=20, alarm=0.0018, clear=0.01),
        Look(pairs=28, alarm=0.0020, clear=0.01),
        Look(pairs=40, alarm=0.00244, clear=0.01),
    )
)
LONG: Final = planned(
    (
        Look(pairs=10, alarm=0.00196, clear=0.007),
        Look(pairs=14, alarm=0.0012, clear=0.007),
        Look(pairs=20, alarm=0.0012, clear=0.007),
        Look(pairs=28, alarm=0.0013, clear=0.007),
        Look(pairs=40, alarm=0.0014, clear=0.007),
        Look(pairs=56, alarm=0.0014, clear=0.007),
        Look(pairs=80, alarm=0.00154, clear=0.007),
    )
)
