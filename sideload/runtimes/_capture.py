"""One `torch.export` for both runtimes, and the signature that it fixes."""

import dataclasses
from typing import Any

from sideload.errors import CaptureError
from sideload.runtimes import Captured
from sideload.runtimes._narrowing import Retry, closed, fitting, retries
from sideload.runtimes._signature import signature
from sideload.runtimes._torch_export import dimensions, export, tensors
from sideload.values import Method, Subject


def capture(subject: Subject) -> Captured:
    """Export `subject` once; both runtimes lower what comes out.

    Where the model cannot keep an axis open as far as asked, the axis is narrowed or fixed and a
    note says so; the subject that comes back then holds only the samples that fit.

    Raises:
        CaptureError: `torch.export` refuses the model.
        OpenAxisError: It takes the model only with fixed axes, and none of the samples fits them.
        SourceError: An output is not a tensor of a dtype that runtimes carry.
        BadModelFileError: The subject is an ONNX file that cannot be carried.
    """
    if subject.onnx_file is not None:
        from sideload.runtimes import _onnx_file

        found = _onnx_file.signature(subject.onnx_file, subject.labels)
        return Captured(subject=subject, program=None, signature=found)
    methods = tuple(_method(one) for one in subject.methods)
    traced, program, notes = _traced(subject)
    found = signature(program, traced)
    others = tuple(
        Method(name=one.subject.name, inputs=one.signature.inputs, outputs=one.signature.outputs)
        for one in methods
    )
    return Captured(
        subject=traced,
        program=program,
        signature=dataclasses.replace(found, methods=others),
        notes=(*notes, *(note for one in methods for note in one.notes)),
        methods=methods,
    )


def _method(subject: Subject) -> Captured:
    """A method beside `forward`, whose notes and refusals say which it is."""
    try:
        found = capture(subject)
    except CaptureError as error:
        raise CaptureError(f"{subject.name}: {error.problem}", remedy=error.remedy) from error
    return dataclasses.replace(found, notes=tuple(f"{subject.name}: {n}" for n in found.notes))


def _traced(subject: Subject) -> tuple[Subject, Any, tuple[str, ...]]:
    """The first attempt that succeeds; when none does, the refusal of what was asked."""
    try:
        program = _exported(subject, strict=False)
    except CaptureError as refusal:
        for retry in retries(subject, refusal):
            if (program := _tried(retry)) is not None:
                return fitting(retry.subject), program, (retry.note,) if retry.note else ()
        raise
    if subject.dynamic and _depends_on_data(program):
        retry = closed(subject)
        fixed = _tried(retry)
        if fixed is not None and not _depends_on_data(fixed):
            return fitting(retry.subject), fixed, (retry.note,)
    return subject, program, ()


def _tried(retry: Retry) -> Any | None:  # noqa: ANN401 - an exported program
    try:
        return _exported(retry.subject, strict=retry.strict)
    except CaptureError:
        return None


def _exported(subject: Subject, *, strict: bool) -> Any:  # noqa: ANN401
    return export(subject.module, tensors(subject), dimensions(subject), strict=strict)


def _depends_on_data(program: Any) -> bool:  # noqa: ANN401
    """Whether some size is read from a tensor, which memory cannot be planned for."""
    return any(str(symbol).startswith("u") for symbol in program.range_constraints)
