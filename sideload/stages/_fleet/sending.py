"""Side by side to every phone that is meant; those that failed too often are left out."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from sideload.errors import (
    AbiError,
    DeviceBusyError,
    DeviceError,
    QuarantinedError,
    RunnerError,
    SideloadError,
    SomeFailedError,
)
from sideload.host import console
from sideload.stages._fleet import members, quarantine
from sideload.stages._fleet.crew import Hand, Outcome, outcomes
from sideload.stages._fleet.members import Member
from sideload.values import FleetPlan, Target

T = TypeVar("T")
# These speak of what was to be done there, or of others who do something there.
_NOT_THE_PHONES: Final = (AbiError, DeviceBusyError, RunnerError)
_MOST_NAMES: Final = 10


@dataclass(frozen=True, kw_only=True)
class Fleet(Generic[T]):
    """What became of every phone, in the order in which they were named or found."""

    outcomes: tuple[Outcome[T], ...]

    @property
    def succeeded(self) -> str:
        """`all`, `some` or `none`."""
        done = sum(each.state == "done" for each in self.outcomes)
        return "all" if done == len(self.outcomes) else "some" if done else "none"

    def errors(self) -> list[SideloadError]:
        """Nothing where all succeeded; else what decides the exit code, and then every error."""
        every = [error for each in self.outcomes for error in each.errors]
        if self.succeeded != "some":
            return every
        failed = [each.name for each in self.outcomes if each.state != "done"]
        names = ", ".join(failed[:_MOST_NAMES]) + (" …" if failed[_MOST_NAMES:] else "")
        told = SomeFailedError(
            f"{len(failed)} of {len(self.outcomes)} phones did not succeed: {names}",
            remedy="the same command, which does only what is missing",
        )
        return [told, *every]


def send(
    target: Target,
    words: Sequence[str],
    act: Callable[[Hand[T]], None],
    *,
    steps: Sequence[str],
    ended: Callable[[Outcome[T]], None],
    meanwhile: Callable[[console.Table, int], None],
) -> Fleet[T]:
    """What `act` makes of every phone that `words` mean.

    `meanwhile` runs here and is told the table and how many phones there are; `ended` is told of
    each phone when it is over.

    Raises:
        UsageError: The words mean nothing.
        NoDeviceError: They mean no phone that is there.
        SideloadError: As `meanwhile` says.
    """
    chosen = members.members(target, members.selection(words))
    slots = threading.Semaphore(target.fleet.parallel)
    resting: list[Outcome[T]] = [each for each in map(_resting, chosen) if each is not None]
    names = {each.name for each in resting}
    hands = [Hand[T](each, target, slots) for each in chosen if each.name not in names]

    def over(outcome: Outcome[T]) -> None:
        _remember(outcome, target.fleet)
        ended(outcome)

    with console.table(steps) as table:
        for outcome in resting:
            table.end(outcome.name, str(outcome.errors[0]), "yellow")
            ended(outcome)
        found = outcomes(
            hands,
            act,
            table=table,
            ended=over,
            meanwhile=lambda: meanwhile(table, len(chosen)),
        )
    by_name = {each.name: each for each in (*resting, *found)}
    fleet = Fleet(outcomes=tuple(by_name[each.name] for each in chosen))
    if fleet.succeeded == "some":
        console.fail(str(fleet.errors()[0]))
    return fleet


def _resting(member: Member) -> Outcome[Any] | None:
    """The outcome of a phone in quarantine; one that a person names is taken out of it."""
    if member.is_named:
        quarantine.lift(member.name)
        return None
    record = quarantine.of(member.name)
    if record is None:
        return None
    error = QuarantinedError(
        f"{member.name} is {record.sentence}",
        remedy=f"--device {member.name}, which tries it again",
    )
    return Outcome(
        name=member.name,
        state="quarantined",
        device=member.device,
        made=(),
        errors=(error,),
        attempts=0,
        seconds=0.0,
    )


def _remember(outcome: Outcome[Any], plan: FleetPlan) -> None:
    """Whether the phone itself did well."""
    blamed = [
        error
        for error in outcome.errors
        if isinstance(error, DeviceError) and not isinstance(error, _NOT_THE_PHONES)
    ]
    if blamed:
        quarantine.failed(outcome.name, blamed[0].problem, plan)
    elif outcome.state == "done":
        quarantine.lift(outcome.name)
