"""The road with many phones at its end: what they can share is made once, and brought to each."""

import threading
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Final, TypeAlias

from sideload.errors import SideloadError
from sideload.host import console
from sideload.stages import models, road
from sideload.stages._fleet import members
from sideload.stages._fleet.crew import Hand, Outcome
from sideload.stages._fleet.record import Record
from sideload.stages._fleet.sending import Fleet, send
from sideload.stages._items import Item
from sideload.stages._objects import remove_unnamed
from sideload.stages.deploy import device_name
from sideload.stages.models import Failures
from sideload.values import Artifact, Bundle, Device, Result, Target

__all__ = ["Fleet", "Outcome", "abis", "cleaned", "one", "results"]

Bundled: TypeAlias = tuple[list[tuple[Item, Bundle]], list[SideloadError]]
STEPS: Final = ("push", "verify", "profile")
HERE: Final = "this machine"
one = members.one


def results(
    items: Sequence[Item], target: Target, words: Sequence[str], failures: Failures, *, anew: bool
) -> Fleet[Result]:
    """The whole road to every phone that `words` mean.

    `anew` measures even what has been measured before, but not what an interrupted run of the same
    command has measured already. `failures` are those of items, on this machine.

    Raises:
        UsageError: The words mean nothing.
        NoDeviceError: They mean no phone that is there.
        SideloadError: Whatever would stop every phone.
    """
    journey = _Journey(items, target, failures, anew=anew)
    found = send(
        target,
        words,
        journey.travel,
        steps=STEPS,
        ended=journey.ended,
        meanwhile=journey.prepare,
    )
    journey.record.close()
    return found


def abis(target: Target, words: Sequence[str]) -> Fleet[str]:
    """The instruction set of every phone that `words` mean.

    Raises:
        UsageError, NoDeviceError: As `results`.
    """

    def asked(hand: Hand[str]) -> None:
        device = hand.meet()
        hand.made.append("" if device is None else device.abi)

    return send(target, words, asked, steps=(), ended=_unheard, meanwhile=_unheard)


def cleaned(target: Target, words: Sequence[str]) -> Fleet[int]:
    """The bytes freed on every phone that `words` mean: what no deployment names.

    Raises:
        UsageError, NoDeviceError: As `results`.
    """

    def clean(hand: Hand[int]) -> None:
        with hand.connected(doing="clean") as connection:
            hand.made.append(remove_unnamed(connection, target.device_root))

    return send(target, words, clean, steps=(), ended=_unheard, meanwhile=_unheard)


class _Journey:
    """One command on its way to many phones."""

    def __init__(
        self, items: Sequence[Item], target: Target, failures: Failures, *, anew: bool
    ) -> None:
        self._items = items
        self._target = target
        self._failures = failures
        self._doing = "profile" if anew else "deploy"
        self._anew = anew
        self.record = Record(self._doing, target, items)
        self._lowered: Future[list[tuple[Item, Artifact]]] = Future()
        self._bundled: dict[tuple[str, bool], Future[Bundled]] = {}
        self._alone: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()
        self._changed = threading.Condition()
        self._has_met = False
        self._is_broken = False
        self._over = 0

    def prepare(self, table: console.Table, phones: int) -> None:
        """Make what goes to the phones, as soon as one of them is there."""
        with self._changed:
            self._changed.wait_for(lambda: self._has_met or self._is_broken or self._over == phones)
        if not self._has_met:
            return
        with console.shown_in(table.row(HERE, is_counted=False)):
            lowered = models.artifacts(self._items, self._failures)
            models.bindings(lowered, self._failures)
        table.expect(len(lowered))
        table.end(HERE, f"{len(lowered)} of {len(self._items)} artifacts are ready", "green")
        self._lowered.set_result(lowered)

    def travel(self, hand: Hand[Result]) -> None:
        """Take everything to one phone."""
        try:
            self._travel(hand)
        except SideloadError:
            raise
        except BaseException:
            # Nobody else would wake who waits for a first phone.
            with self._changed:
                self._is_broken = True
                self._changed.notify_all()
            raise

    def _travel(self, hand: Hand[Result]) -> None:
        device = hand.meet()
        with self._changed:
            self._has_met = True
            self._changed.notify_all()
        lowered = hand.wait_for(self._lowered)
        if not lowered:
            hand.errors += self._failures.found
            return
        # Before it is connected, where that is known, so that the phone waits for nothing.
        made = None if device is None else self._for(device, lowered, hand)
        with hand.connected(doing=self._doing) as connection:
            bundled, refused = made or self._for(connection.device, lowered, hand)
            anew = self._anew and hand.name not in self.record.finished
            failures = Failures()
            # Two names of one phone, and emulators that share a number, keep their files together.
            with self._lock:
                alone = self._alone[device_name(connection.device)]
            with alone:
                for result in road.delivered(
                    bundled, self._target, connection, failures, anew=anew
                ):
                    hand.made.append(result)
            hand.errors += [*refused, *failures.found]

    def ended(self, outcome: Outcome[Result]) -> None:
        """One phone is over."""
        self.record.keep(outcome)
        with self._changed:
            self._over += 1
            self._changed.notify_all()

    def _for(
        self, device: Device, lowered: list[tuple[Item, Artifact]], hand: Hand[Result]
    ) -> Bundled:
        """The bundles for an instruction set, made by the first that needs them."""
        kind = device.abi, device.simulated
        with self._lock:
            is_first = kind not in self._bundled
            future = self._bundled.setdefault(kind, Future())
        if is_first:
            try:
                failures = Failures()
                made = road.bundles(lowered, device.abi, failures, is_simulated=device.simulated)
                future.set_result((made, failures.found))
            except BaseException as error:
                future.set_exception(error)
                raise
        return hand.wait_for(future)


def _unheard(*told: object) -> None:
    """Nobody needs to know."""
