"""One thread for each phone: tries again where that may help, and ends when it is told to."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeAlias, TypeVar

from sideload.errors import DeviceGoneError, SideloadError, TooLongError
from sideload.host import clock, console, quantities
from sideload.stages import _device
from sideload.stages._fleet import retries
from sideload.stages._fleet.members import Member
from sideload.stages._leave import Leave
from sideload.transports import Connection
from sideload.values import Device, Target

T = TypeVar("T")
A = TypeVar("A")
State: TypeAlias = Literal["done", "failed", "quarantined"]
_LOOK_S: Final = 0.2


@dataclass(frozen=True, kw_only=True)
class Outcome(Generic[T]):
    """What became of one phone.

    `made` is what the last try made there, even where it failed in the end, and `errors` are why it
    did; `seconds` is wall time, pauses included.
    """

    name: str
    state: State
    device: Device | None
    made: tuple[T, ...]
    errors: tuple[SideloadError, ...]
    attempts: int
    seconds: float


class Hand(Generic[T]):
    """Whoever works on one phone: one try after the other, in a thread of its own.

    `made` and `errors` are for what they do to put their results and refusals in.
    """

    def __init__(self, member: Member, target: Target, slots: threading.Semaphore) -> None:
        self.name = member.name
        self.device = member.device
        self.made: list[T] = []
        self.errors: list[SideloadError] = []
        self.has_met = False
        self._place = member.place
        self._target = target
        self._slots = slots
        self._leave = Leave()
        self._is_over = threading.Event()

    def meet(self) -> Device | None:
        """Who the phone is, met for a moment; None for a simulated one that need not run yet.

        One that was seen when it was looked for is not met again.

        Raises:
            DeviceError: It cannot be met.
        """
        self.device = self.device or _device.met(self._target, self._place)
        self.has_met = True
        return self.device

    @contextmanager
    def connected(self, *, doing: str) -> Iterator[Connection]:
        """A connection to the phone when it is its turn, for as long as a try may take.

        Raises:
            DeviceError: It cannot be reached, it is in use, or its time is over.
        """
        with (
            self._turn(),
            self._in_time(),
            _device.connected(
                self._target, self._place, doing=doing, leave=self._leave
            ) as connection,
        ):
            self.device, self.has_met = connection.device, True
            yield connection

    def wait_for(self, future: "Future[A]") -> A:
        """What somebody else makes for all phones, when it is there.

        Raises:
            DeviceGoneError: There is no more waiting.
        """
        while not future.done():
            wait([future], timeout=_LOOK_S)
            self._check()
        return future.result()

    def end(self) -> None:
        """Let the phone go, in the middle of whatever it is; for another thread."""
        self._is_over.set()
        self._leave.call()

    def work(self, act: Callable[["Hand[T]"], None]) -> Outcome[T]:
        """What comes of `act`, tried as often as the target says; errors end up in the outcome."""
        plan, started_s = self._target.fleet, clock.monotonic_s()
        attempt, error = 1, self._tried(act)
        while error is not None and attempt <= plan.retries and self._may_go_on(error):
            pause_s = retries.pause_s(plan, attempt)
            console.warn(f"{error.problem}; trying again in {quantities.seconds(pause_s)}")
            self._is_over.wait(pause_s)
            attempt, error = attempt + 1, self._tried(act)
        errors = (*self.errors, *([error] if error else []))
        return Outcome(
            name=self.name,
            state="failed" if errors else "done",
            device=self.device,
            made=tuple(self.made),
            errors=errors,
            attempts=attempt,
            seconds=clock.monotonic_s() - started_s,
        )

    def _may_go_on(self, error: SideloadError) -> bool:
        return not self._is_over.is_set() and retries.may_help(error, has_met=self.has_met)

    def _tried(self, act: Callable[["Hand[T]"], None]) -> SideloadError | None:
        """One try; why it failed."""
        self.made, self.errors, self._leave = [], [], Leave()
        try:
            self._check()
            act(self)
        except SideloadError as error:
            if self._leave.is_called and not self._is_over.is_set():
                return TooLongError(
                    f"{self.name} was not ready after {self._target.fleet.timeout_s:g} s",
                    remedy="raise fleet.timeout_s in the target, or see what the phone does",
                )
            return error
        return None

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        timer = threading.Timer(self._target.fleet.timeout_s, self._leave.call)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        while not self._slots.acquire(timeout=_LOOK_S):
            self._check()
        try:
            yield
        finally:
            self._slots.release()

    def _check(self) -> None:
        if self._leave.is_called or self._is_over.is_set():
            raise DeviceGoneError(f"{self.name} was let go", remedy="run the command again")


def outcomes(
    hands: Sequence[Hand[T]],
    act: Callable[[Hand[T]], None],
    *,
    table: console.Table,
    ended: Callable[[Outcome[T]], None],
    meanwhile: Callable[[], None],
) -> list[Outcome[T]]:
    """What `act` makes of each phone, side by side; `meanwhile` runs here, in this thread.

    `ended` is told of each phone when it is over. An interrupt, and whatever `meanwhile` raises,
    ends the work on every phone before it goes on upwards.
    """

    def work(hand: Hand[T]) -> Outcome[T]:
        with console.shown_in(table.row(hand.name)):
            outcome = hand.work(act)
        ended(outcome)
        table.end(hand.name, *_told(outcome))
        return outcome

    with ThreadPoolExecutor(max(1, len(hands)), thread_name_prefix="phone") as pool:
        try:
            working = [pool.submit(work, hand) for hand in hands]
            meanwhile()
            wait(working, return_when=FIRST_EXCEPTION)
            for each in working:
                if each.done():
                    each.result()  # what no phone is expected to do, raised before others are over
            return [each.result() for each in working]
        except BaseException:
            for hand in hands:
                hand.end()
            raise


def _told(outcome: Outcome[T]) -> tuple[str, str]:
    """How a row ends, and its style."""
    tries = f", {outcome.attempts} tries" if outcome.attempts > 1 else ""
    if outcome.errors:
        return f"failed{tries}: {outcome.errors[-1]}", "red"
    return f"done in {quantities.seconds(outcome.seconds)}{tries}", "green"
