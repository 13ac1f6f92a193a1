"""Lower the held model once, prove it against PyTorch, and keep samples for the device."""

import time
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sideload import runtimes, sources
from sideload.errors import ParityError
from sideload.host import arrays, files
from sideload.measure import limits, parity
from sideload.measure.differences import differences
from sideload.values import Artifact, FileRef, Limits, Metric, Parity
from sideload.worker.job import SAMPLES_FILE, Job
from sideload.worker.session import Held, Session, dependencies

if TYPE_CHECKING:
    from sideload.runtimes import Answers, Lowered, Runtime
    from sideload.schemes import Scheme

# The device answers a few samples, not all: each costs an inference on a slow phone.
DEVICE_SAMPLES: Final = 4

Say = Callable[[str], None]


def lower(session: Session, job: Job, say: Say) -> Artifact:
    """Try the schemes that `job.precision` can mean, the best first, until one passes the gates.

    Raises:
        ParityError: Every scheme computes something else than PyTorch; the last refusal.
        SideloadError: As the source and the runtime say.
    """
    started_s = time.monotonic()
    held = session.hold(job, say)
    runtime = runtimes.get(job.runtime)
    schemes = runtime.candidates(held.captured, job.precision)
    notes: list[str] = []
    for position, scheme in enumerate(schemes):
        say(f"lowering at {scheme.name}")
        path = job.folder / f"{job.model}{runtime.suffix}"
        lowered = runtime.lower(held.captured, scheme, job.backend, path)
        answers = _answers(runtime, lowered, held)
        try:
            found = _proven(held, answers, scheme, job)
        except ParityError as refusal:
            if position + 1 == len(schemes):
                raise
            notes.append(f"{scheme.name} was refused: {refusal.problem}")
            continue
        most = None if job.inputs else DEVICE_SAMPLES
        samples = _samples(job.folder / SAMPLES_FILE, held, answers, most)
        return _artifact(
            job,
            held,
            lowered,
            scheme,
            found=found,
            samples=samples,
            notes=notes,
            started_s=started_s,
        )
    raise AssertionError("a runtime gives at least one scheme")


def _answers(runtime: "Runtime", lowered: "Lowered", held: Held) -> "tuple[Answers, ...] | None":
    call = runtime.load(lowered.path, lowered.signature)
    return None if call is None else tuple(call(sample) for sample in held.subject.evaluation)


def _proven(
    held: Held, answers: "tuple[Answers, ...] | None", scheme: "Scheme", job: Job
) -> Parity | None:
    if answers is None:
        return None
    names = [spec.name for spec in held.captured.signature.outputs]
    details = differences(names, held.reference, answers)
    found = parity.summary(
        details, len(answers), data=held.subject.data, metric=_metric(held, answers)
    )
    allowed = _limits(job.limits, job.precision, scheme)
    subject = f"{job.model} at {scheme.precision} ({job.runtime}, {scheme.name})"
    parity.check(found, allowed, subject=subject, details=details)
    return found


def _metric(held: Held, answers: "tuple[Answers, ...]") -> Metric | None:
    expected = held.subject.expected
    if not expected:
        return None
    return Metric(
        name="accuracy",
        reference=parity.accuracy(held.reference, expected),
        value=parity.accuracy(answers, expected),
        count=len(expected),
    )


def _limits(own: Mapping[str, Limits], asked: str, scheme: "Scheme") -> Limits:
    for name in (asked, scheme.name, scheme.precision):
        if name in own:
            return own[name]
    return limits.default(scheme.precision)


def _samples(
    path: Path, held: Held, answers: "tuple[Answers, ...] | None", most: int | None
) -> FileRef:
    """The first samples by number: inputs, PyTorch's answers, and this machine's."""
    chosen = held.subject.evaluation[:most]
    kept = {}
    for number, sample in enumerate(chosen):
        for spec_number, spec in enumerate(held.captured.signature.inputs):
            kept[f"{number}.input.{spec_number}"] = sample[spec.name]
        for position, answer in enumerate(held.reference[number]):
            kept[f"{number}.reference.{position}"] = answer
        for position, answer in enumerate(answers[number] if answers else ()):
            kept[f"{number}.host.{position}"] = answer
    arrays.save(path, kept)
    return files.ref(path)


def _artifact(
    job: Job,
    held: Held,
    lowered: "Lowered",
    scheme: "Scheme",
    *,
    found: Parity | None,
    samples: FileRef,
    notes: list[str],
    started_s: float,
) -> Artifact:
    known = sources.get(job.source).files(job.spec)
    packages = runtimes.get(job.runtime).packages
    return Artifact(
        model=job.model,
        runtime=job.runtime,
        precision=scheme.precision,
        scheme=scheme.name,
        file=files.ref(lowered.path),
        extra_files=tuple(files.ref(path) for path in lowered.extra_files),
        signature=lowered.signature,
        parity=found,
        delegation=lowered.delegation,
        seconds=round(time.monotonic() - started_s, 3),
        key=job.key,
        samples=samples,
        versions={name: metadata.version(name) for name in packages},
        notes=(*notes, *lowered.notes),
        dependencies=tuple(files.ref(path) for path in dependencies(held.subject, known)),
    )
