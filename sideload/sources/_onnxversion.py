"""Reading an ONNX file with suspicion, and bringing it to versions that phones' runtimes read."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sideload.errors import BadModelFileError, MissingPackageError, SourceError
from sideload.host import cache, files
from sideload.sources import _external

if TYPE_CHECKING:
    from sideload.values import Arrays

# What ONNX Runtime 1.28 for Android and everything after it reads.
NEWEST_IR: Final = 10
NEWEST_OPSET: Final = 21
# What ONNX Runtime reads on this machine; the original has to run, to be compared with.
READABLE_IR: Final = 13
READABLE_OPSET: Final = 26
LARGEST_BYTES: Final = 2**31 - 1
DOMAINS: Final = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft")
TOLERANCE: Final = 1e-4
REMEDY: Final = "export the file again"


@dataclass(frozen=True, kw_only=True)
class Carried:
    """The file to go on with, and the files that hold its weights where it does not itself."""

    file: Path
    weights: tuple[Path, ...]


def read(file: Path) -> Any:  # noqa: ANN401 - a protobuf message
    """The model in a file, without weights that are stored elsewhere.

    Raises:
        BadModelFileError: It is missing, empty, too large, truncated, or no ONNX.
        MissingPackageError: The package onnx is not installed.
    """
    onnx = _package()
    if not file.is_file():
        raise BadModelFileError(f"there is no file {file}", remedy="check the path")
    size_bytes = file.stat().st_size
    if not 0 < size_bytes <= LARGEST_BYTES:
        what = "empty" if not size_bytes else f"{size_bytes} bytes, more than protobuf can hold"
        raise BadModelFileError(f"{file.name} is {what}", remedy=REMEDY)
    try:
        model = onnx.load(file, load_external_data=False)
    except Exception as error:
        raise BadModelFileError(
            f"{file.name} ({size_bytes} bytes) is truncated, or not ONNX: {error}",
            remedy="copy or export the file again",
        ) from error
    if not model.graph.node or not model.opset_import:
        raise BadModelFileError(f"{file.name} holds no graph", remedy=REMEDY)
    foreign = sorted({one.domain for one in model.opset_import} - set(DOMAINS))
    used = {node.domain for node in model.graph.node}
    if set(foreign) & used and not model.functions:
        raise SourceError(
            f"{file.name} needs operators of {foreign[0]!r}, which ONNX Runtime does not have",
            remedy="export it again with standard operators",
        )
    return model


def carried(model: Any, file: Path, sample: "Arrays") -> Carried:  # noqa: ANN401
    """`file` after ONNX's own checker, or a checked copy at an older version.

    Raises:
        BadModelFileError: The checker refuses it, or it cannot be brought down.
    """
    weights = _external.used(model.graph, file)
    _check(file)
    opset = max((one.version for one in model.opset_import if one.domain in DOMAINS[:2]), default=1)
    if model.ir_version <= NEWEST_IR and opset <= NEWEST_OPSET:
        return Carried(file=file, weights=weights)
    if opset > READABLE_OPSET:
        raise BadModelFileError(
            f"{file.name} has opset {opset}; ONNX Runtime here reads up to {READABLE_OPSET}, and "
            f"phones {NEWEST_OPSET}",
            remedy=f"export it again with opset {NEWEST_OPSET} or less",
        )
    return _older(file, opset, weights, sample)


def _older(file: Path, opset: int, weights: tuple[Path, ...], sample: "Arrays") -> Carried:
    """A copy at versions that phones read, kept by the hash of what it was made from."""
    onnx = _package()
    folder = cache.folder("onnx") / files.sha256(file)[:24]
    copy = folder / file.name
    model = onnx.load(file, load_external_data=False)
    model.ir_version = min(model.ir_version, NEWEST_IR)
    if opset > NEWEST_OPSET:
        model = _converted(file, opset)
    with files.building(folder) as made:
        for path in weights:
            target = made / path.relative_to(file.parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        onnx.save_model(model, made / file.name)
        _check(made / file.name)
        # The IR version is how a file is written; only another opset means other operators.
        if opset > NEWEST_OPSET:
            _same(file, made / file.name, sample)
    return Carried(file=copy, weights=weights)


def _converted(file: Path, opset: int) -> Any:  # noqa: ANN401
    onnx = _package()
    try:
        model = onnx.version_converter.convert_version(onnx.load(file), NEWEST_OPSET)
    except Exception as error:
        raise BadModelFileError(
            f"{file.name} has opset {opset}, and its operators have no form in {NEWEST_OPSET}: "
            f"{str(error).strip()[:300]}",
            remedy=f"export it again with opset {NEWEST_OPSET} or less",
        ) from error
    model.ir_version = NEWEST_IR
    return model


def _same(original: Path, copy: Path, sample: "Arrays") -> None:
    """Raise where the older copy does not answer what the original answers."""
    onnx = _package()
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read once, when it is imported
    import onnxruntime

    model = onnx.load(original)
    model.ir_version = min(model.ir_version, READABLE_IR)
    given = {name: np.asarray(array) for name, array in sample.items()}
    try:
        options = {"providers": ["CPUExecutionProvider"]}
        before = onnxruntime.InferenceSession(model.SerializeToString(), **options).run(None, given)
        after = onnxruntime.InferenceSession(str(copy), **options).run(None, given)
    except Exception as error:
        raise BadModelFileError(
            f"{original.name} does not run in ONNX Runtime: {str(error)[:300]}",
            remedy=f"export it again with opset {NEWEST_OPSET} or less, or check --inputs",
        ) from error
    for one, two in zip(before, after, strict=True):
        if not _near(one, two):
            raise BadModelFileError(
                f"{original.name} answers differently once brought to opset {NEWEST_OPSET}",
                remedy=f"export it again with opset {NEWEST_OPSET} or less",
            )


def _check(file: Path) -> None:
    """ONNX's full check, shapes and types included."""
    onnx = _package()
    try:
        onnx.checker.check_model(str(file), full_check=True)
    except Exception as error:
        raise BadModelFileError(
            f"{file.name} does not pass ONNX's checker: {str(error).strip()[:400]}",
            remedy=REMEDY,
        ) from error


def _package() -> Any:  # noqa: ANN401 - a package whose messages have no static types
    try:
        import onnx
        import onnx.version_converter
    except ImportError as error:
        raise MissingPackageError("onnx", "onnxruntime") from error
    return onnx


def _near(one: Any, two: Any) -> bool:  # noqa: ANN401 - what the runtime answers
    if one.dtype.hasobject:
        return np.array_equal(one, two)
    return np.allclose(one, two, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
