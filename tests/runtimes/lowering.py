"""Lowering the toys once for all tests that look at what came out."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sideload import runtimes, schemes
from sideload.measure import parity
from sideload.runtimes._capture import capture
from sideload.values import Parity
from sideload.worker.reference import answers
from tests.runtimes import toys

if TYPE_CHECKING:
    from sideload.runtimes import Answers, Call, Captured, Lowered
    from sideload.schemes import Scheme
    from sideload.values import Subject

TOYS = {
    "text": toys.text,
    "fixed text": lambda: toys.text(dynamic=False),
    "picture": toys.picture,
    "odd": toys.odd,
}


@cache
def captured(toy: str) -> "Captured":
    """The toy after `torch.export`, the same one each time."""
    return capture(TOYS[toy]())


@dataclass(frozen=True, kw_only=True)
class Made:
    """A lowered toy, and what it answers on this machine to the toy's samples."""

    captured: "Captured"
    lowered: "Lowered"
    got: "tuple[Answers, ...]"

    @property
    def parity(self) -> Parity:
        """How near it is to PyTorch."""
        names = [spec.name for spec in self.captured.signature.outputs]
        return parity.compare(names, answers(self.captured), self.got, data="seeded arrays")


class Workshop:
    """Lowers each toy for each runtime at each scheme once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, str, str], Made] = {}

    def make(self, runtime: str, toy: str, scheme: str) -> Made:
        """The toy for that runtime at that scheme."""
        key = (runtime, toy, scheme)
        if key not in self._made:
            self._made[key] = self._lower(runtime, toy, scheme)
        return self._made[key]

    def _lower(self, runtime: str, toy: str, scheme: str) -> Made:
        adapter = runtimes.get(runtime)
        path = self._folder / f"{toy}-{scheme}{adapter.suffix}"
        found = captured(toy)
        lowered = adapter.lower(found, named(runtime, scheme), adapter.backends[0], path)
        call = adapter.load(path, lowered.signature)
        assert call is not None
        got = tuple(call(sample) for sample in found.subject.evaluation)
        return Made(captured=found, lowered=lowered, got=got)


def named(runtime: str, scheme: str) -> "Scheme":
    """The scheme of exactly that name."""
    return next(s for s in schemes.BY_RUNTIME[runtime] if s.name == scheme)


def lower_and_load(runtime: str, subject: "Subject", path: Path, scheme: str = "float32") -> "Call":
    """The subject's own answers on that runtime."""
    adapter = runtimes.get(runtime)
    lowered = adapter.lower(capture(subject), named(runtime, scheme), adapter.backends[0], path)
    call = adapter.load(path, lowered.signature)
    assert call is not None
    return call
