"""What a lowered file answers on this machine, and whether that is what PyTorch answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sideload.measure import limits, parity
from sideload.measure.differences import Difference, differences
from sideload.values import Limits, Method, Metric, Parity, Signature
from sideload.worker.job import Job
from sideload.worker.session import Held

if TYPE_CHECKING:
    from sideload.runtimes import Answers, Lowered, Runtime
    from sideload.schemes import Scheme
    from sideload.values import Arrays


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One tuple of outputs for each evaluation sample, of `forward` and of each other method.

    None where the file cannot run on this machine.
    """

    forward: "tuple[Answers, ...] | None"
    methods: "tuple[tuple[Answers, ...] | None, ...]" = ()


def answered(runtime: "Runtime", lowered: "Lowered", held: Held) -> Answered:
    """What the file says to the model's evaluation inputs."""
    pairs = zip(lowered.signature.methods, held.methods, strict=True)
    return Answered(
        forward=_answers(runtime, lowered.path, lowered.signature, held),
        methods=tuple(_answers(runtime, lowered.path, method, one) for method, one in pairs),
    )


def _answers(
    runtime: "Runtime", path: Path, signature: Signature | Method, held: Held
) -> "tuple[Answers, ...] | None":
    call = runtime.load(path, signature)
    if call is None:
        return None
    return tuple(call(outside(sample, signature)) for sample in held.subject.evaluation)


def outside(sample: "Arrays", signature: Signature | Method) -> "Arrays":
    """A sample in the dtypes of the file's border; PyTorch has answered to its own."""
    return {
        spec.name: np.asarray(sample[spec.name], dtype=spec.dtype if spec.inside else None)
        for spec in signature.inputs
    }


def proven(held: Held, said: Answered, scheme: "Scheme", job: Job) -> Parity | None:
    """How far the answers are from PyTorch's, over all methods; None where there are none.

    Raises:
        ParityError: They are too far.
    """
    if said.forward is None:
        return None
    details = [*_details(held, said.forward)]
    for one, answers in zip(held.methods, said.methods, strict=True):
        details += _details(one, answers or (), f"{one.subject.name}.")
    found = parity.summary(
        details, len(said.forward), data=held.subject.data, metric=_metric(held, said.forward)
    )
    allowed = _limits(job.limits, job.precision, scheme)
    subject = f"{job.model} at {scheme.precision} ({job.runtime}, {scheme.name})"
    parity.check(found, allowed, subject=subject, details=details)
    return found


def _details(
    held: Held, answers: "tuple[Answers, ...]", prefix: str = ""
) -> tuple[Difference, ...]:
    names = [f"{prefix}{spec.name}" for spec in held.captured.signature.outputs]
    return differences(names, held.reference, answers)


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


def casts(signature: Signature) -> tuple[str, ...]:
    """What a user of the file should know of dtypes that are another inside."""
    first = Method(name="", inputs=signature.inputs, outputs=signature.outputs)
    return tuple(
        f"{call.name}{'.' if call.name else ''}{spec.name} is {spec.dtype} at the border and "
        f"{spec.inside} inside: not every language of the target carries that"
        for call in (first, *signature.methods)
        for spec in (*call.inputs, *call.outputs)
        if spec.inside
    )
