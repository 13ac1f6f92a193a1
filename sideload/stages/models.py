"""The stages that need no device, one after the other, for every item.

One item's refusal does not stop the others.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeVar

from sideload.errors import (
    GateError,
    InstallError,
    RunnerError,
    SchemeError,
    SideloadError,
    SourceError,
    WorkerCrashError,
)
from sideload.host import console, files, places
from sideload.stages._items import Item
from sideload.stages._worker import Worker, worker
from sideload.stages.bind import bind
from sideload.stages.export import export
from sideload.stages.quantize import quantize
from sideload.values import Artifact, Bindings

A = TypeVar("A")
B = TypeVar("B")
# These speak of one item only; anything else would meet the next item too.
OF_ONE_ITEM: Final = (
    GateError,
    InstallError,
    RunnerError,
    SchemeError,
    SourceError,
    WorkerCrashError,
)
WORKER_LOG: Final = "worker.log"


@dataclass(kw_only=True)
class Failures:
    """Errors by item, in the order in which they came; the others go on meanwhile."""

    found: list[SideloadError] = field(default_factory=list)

    @contextmanager
    def collected(self, item: Item) -> Iterator[None]:
        """Keep an error that speaks of `item` alone, and show it at once."""
        try:
            yield
        except OF_ONE_ITEM as error:
            self.found.append(error)
            console.fail(f"{item.label}: {error}")


def each(
    pairs: Sequence[tuple[Item, A]], act: Callable[[Item, A], B], failures: Failures
) -> list[tuple[Item, B]]:
    """What `act` makes of each item and what was made of it before, where it does not fail."""
    made = []
    for item, before in pairs:
        with failures.collected(item):
            made.append((item, act(item, before)))
    return made


def artifacts(
    items: Sequence[Item], failures: Failures, *, before: Callable[[], object] | None = None
) -> list[tuple[Item, Artifact]]:
    """Export and quantise; one worker serves all items, and starts only if one has to be made.

    `before` is called then, and only then.
    """
    root = files.new_folder(places.artifacts())
    files.mark_cache(root)
    with worker(root / WORKER_LOG, before=before) as hired:
        return each([(item, hired) for item in items], _lowered, failures)


def _lowered(item: Item, hired: Worker) -> Artifact:
    return quantize(item, hired) if item.is_quantised else export(item, hired)


def bindings(
    pairs: Sequence[tuple[Item, Artifact]], failures: Failures
) -> list[tuple[Item, tuple[Bindings, ...]]]:
    """Bindings in every language of the target."""

    def bound(item: Item, artifact: Artifact) -> tuple[Bindings, ...]:
        return tuple(bind(item, artifact, name) for name in item.target.languages)

    return each(pairs, bound, failures)
