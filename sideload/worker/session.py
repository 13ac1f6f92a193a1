"""The model that a worker holds: loaded, captured and answered once, lowered many times."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sideload import sources
from sideload.errors import InputsError
from sideload.sources._inputs import with_inputs
from sideload.worker.job import Job

if TYPE_CHECKING:
    from sideload.runtimes import Answers, Captured
    from sideload.values import Subject


@dataclass(frozen=True, kw_only=True)
class Held:
    """A captured model and what PyTorch answers for each of its evaluation samples.

    `methods` are the same for what it computes beside `forward`.
    """

    identity: tuple[object, ...]
    captured: "Captured"
    reference: "tuple[Answers, ...]"
    methods: tuple["Held", ...] = ()

    @property
    def subject(self) -> "Subject":
        """The model as its source gave it."""
        return self.captured.subject


class Session:
    """Keeps the last model, because a target asks for it once per runtime and precision."""

    def __init__(self) -> None:
        self._held: Held | None = None

    def hold(self, job: Job, say: Callable[[str], None]) -> Held:
        """The model that `job` names, captured; loaded only if another one is held."""
        casts = tuple(job.casts.items())
        identity = (job.source, job.spec, job.dynamic, job.inputs, casts)
        if self._held is None or self._held.identity != identity:
            self._held = None  # the old model's memory goes before the new one's comes
            self._held = _loaded(job, identity, say)
        return self._held


def _loaded(job: Job, identity: tuple[object, ...], say: Callable[[str], None]) -> Held:
    say("loading")
    subject = sources.get(job.source).load(job.spec, dynamic=job.dynamic)
    if job.inputs:
        subject = with_inputs(subject, job.inputs)
    if not subject.evaluation:
        raise InputsError(
            f"{subject.name} brings no real inputs, so nothing can be proven about it",
            remedy="--inputs FILE.npz, with one array for each input",
        )
    from sideload.runtimes._capture import capture
    from sideload.sources._casts import at_border, told

    say("capturing")
    found = capture(at_border(subject, job.casts))
    signature = told(found.signature, found.subject, job.casts)
    return _answered(identity, replace(found, signature=signature))


def _answered(identity: tuple[object, ...], captured: "Captured") -> Held:
    from sideload.worker.reference import answers

    return Held(
        identity=identity,
        captured=captured,
        reference=answers(captured),
        methods=tuple(_answered(identity, one) for one in captured.methods),
    )


def dependencies(subject: "Subject", known: Sequence[Path]) -> tuple[Path, ...]:
    """Files that were found to matter only while loading."""
    return tuple(sorted(set(subject.dependencies) - set(known)))
