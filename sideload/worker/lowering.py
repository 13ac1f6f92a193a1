"""Lower the held model once, prove it against PyTorch, and keep samples for the device."""

import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sideload import runtimes, sources
from sideload.errors import ParityError
from sideload.host import arrays, files
from sideload.values import Artifact, FileRef, Parity
from sideload.worker import proof
from sideload.worker.job import SAMPLES_FILE, Job
from sideload.worker.session import Held, Session, dependencies

if TYPE_CHECKING:
    from sideload.runtimes import Answers, Lowered
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
        answered = proof.answered(runtime, lowered, held)
        try:
            found = proof.proven(held, answered, scheme, job)
        except ParityError as refusal:
            if position + 1 == len(schemes):
                raise
            notes.append(f"{scheme.name} was refused: {refusal.problem}")
            continue
        most = None if job.inputs else DEVICE_SAMPLES
        samples = _samples(job.folder / SAMPLES_FILE, held, answered.forward, most)
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


def _samples(
    path: Path, held: Held, answers: "tuple[Answers, ...] | None", most: int | None
) -> FileRef:
    """The first samples by number: inputs, PyTorch's answers, and this machine's."""
    chosen = held.subject.evaluation[:most]
    kept = {}
    for number, sample in enumerate(chosen):
        for position, array in enumerate(proof.outside(sample, held.captured.signature).values()):
            kept[f"{number}.input.{position}"] = array
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
        least_runtime=lowered.least_runtime,
        notes=(*notes, *lowered.notes, *proof.casts(lowered.signature)),
        dependencies=tuple(files.ref(path) for path in dependencies(held.subject, known)),
    )
