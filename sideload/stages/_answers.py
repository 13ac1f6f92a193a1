"""What a runner answered, fetched from the device as arrays."""

import hashlib
import tempfile
from pathlib import Path
from typing import Final

from sideload.errors import HashMismatchError, RunnerError
from sideload.host import arrays, files, raw
from sideload.measure import statistics
from sideload.measure.statistics import Output
from sideload.stages._outcome import Outcome
from sideload.stages._samples import Answers
from sideload.transports import Connection
from sideload.values import Signature, TensorSpec

REMEDY: Final = "run it again; report this if it comes back"


def fetched(connection: Connection, outcome: Outcome, signature: Signature) -> tuple[Answers, ...]:
    """One tuple for each sample, each output as its `output` line describes it.

    Raises:
        RunnerError: Lines are missing, or describe something else than the signature.
        HashMismatchError: A file is not what its line says.
    """
    known = {(each.sample, each.index): each for each in statistics.outputs(outcome.log)}
    with tempfile.TemporaryDirectory(prefix="sideload-") as name:
        return tuple(
            tuple(
                _one(connection, outcome, _fitting(known.get((sample, index)), spec), Path(name))
                for index, spec in enumerate(signature.outputs)
            )
            for sample in range(outcome.samples)
        )


def _one(connection: Connection, outcome: Outcome, output: Output, folder: Path) -> arrays.Array:
    name = f"out.{output.sample}.{output.index}.bin"
    connection.pull(f"{outcome.folder}/{name}", folder / name)
    data = files.read_bytes(folder / name)
    what = f"output {output.index} of sample {output.sample}"
    if hashlib.sha256(data).hexdigest() != output.sha256:
        raise HashMismatchError(f"{what} is not what the runner wrote", remedy=REMEDY)
    try:
        return raw.decoded(data, output.dtype, output.shape)
    except ValueError as error:
        raise RunnerError(
            f"{what} has {len(data)} bytes, which is not {output.dtype} of {output.shape}",
            remedy=REMEDY,
        ) from error


def _fitting(output: Output | None, spec: TensorSpec) -> Output:
    """The line, if it is there and speaks of what the signature promises."""
    if output is None or (output.dtype, len(output.shape)) != (spec.dtype, len(spec.shape)):
        said = "nothing" if output is None else f"{output.dtype} of {output.shape}"
        raise RunnerError(
            f"the runner gave {said} for output {spec.name!r}, "
            f"which is {spec.dtype} of {len(spec.shape)} axes",
            remedy=REMEDY,
        )
    return output
