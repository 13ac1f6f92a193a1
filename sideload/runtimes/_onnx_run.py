"""ONNX Runtime on this machine, as the judge of what was written."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import onnxruntime

from sideload.errors import BadModelFileError

if TYPE_CHECKING:
    from sideload.runtimes import Answers, Call
    from sideload.values import Arrays

ERRORS_ONLY: Final = 3
THREADS: Final = 2


def opened(path: Path, outputs: Sequence[str]) -> "Call":
    """A callable over a session of the CPU's kernels; never a silent fallback to others.

    Raises:
        BadModelFileError: ONNX Runtime cannot load the file; the message is its own.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = ERRORS_ONLY
    options.intra_op_num_threads = THREADS
    # Threads that wait in a loop would slow whatever is measured next.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"], enable_fallback=0
        )
    except Exception as error:
        raise BadModelFileError(
            f"ONNX Runtime cannot load {path.name}: {error!s:.400}",
            remedy="export it again, or check that the whole file was copied",
        ) from error

    def call(sample: "Arrays") -> "Answers":
        answers: list[Any] = session.run(list(outputs), dict(sample))
        return tuple(answers)

    return call
