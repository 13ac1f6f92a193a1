"""Running an `.onnx` file on this machine's processor, and nowhere else."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sideload.errors import BadModelFileError, InputsError

if TYPE_CHECKING:
    from sideload.runtimes import Answers, Call
    from sideload.values import Arrays

ERRORS_ONLY: Final = 3
THREADS: Final = 2
MESSAGE_CHARACTERS: Final = 600


def session(path: Path) -> Any:  # noqa: ANN401 - the package has no types
    """An inference session that neither spins between runs nor falls back to other providers.

    Raises:
        BadModelFileError: ONNX Runtime refuses the file.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = ERRORS_ONLY
    options.intra_op_num_threads = THREADS
    # Threads that spin after a run slow down whatever is timed next.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], enable_fallback=0
        )
    except Exception as error:
        # Its exceptions have no class in common but this one.
        raise BadModelFileError(
            f"{path.name} does not load in ONNX Runtime {onnxruntime.__version__}: {_words(error)}",
            remedy="export the model again, or check the file with onnx.checker.check_model",
        ) from error


def opened(path: Path, inputs: Sequence[str], outputs: Sequence[str]) -> "Call":
    """A callable that takes its inputs and gives its outputs by these names, in their order.

    Raises:
        BadModelFileError: ONNX Runtime refuses the file.
    """
    running = session(path)

    def call(sample: "Arrays") -> "Answers":
        feeds = {name: np.asarray(sample[name], order="C") for name in inputs}
        try:
            return tuple(map(_plain, running.run(list(outputs), feeds)))
        except Exception as error:
            shapes = ", ".join(
                f"{name} {array.dtype}{list(array.shape)}" for name, array in feeds.items()
            )
            raise InputsError(
                f"{path.name} refused its inputs ({shapes}): {_words(error)}",
                remedy="give dtypes and sizes that the model's signature names",
            ) from error

    return call


def _plain(answer: np.ndarray[Any, np.dtype[Any]]) -> np.ndarray[Any, np.dtype[Any]]:
    """An answer without Python's objects in it: texts as numpy stores them."""
    return answer.astype(np.str_) if answer.dtype.hasobject else answer


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:MESSAGE_CHARACTERS]
