"""Running a `.pte` on this machine, through the binding inside ExecuTorch's wheel."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from sideload.errors import BadModelFileError, InputsError

if TYPE_CHECKING:
    from sideload.runtimes import Answers, Call
    from sideload.values import Arrays


def opened(path: Path, names: Sequence[str], method: str = "forward") -> "Call":
    """A callable over one method that takes its inputs by these names, in the order of the file.

    Raises:
        BadModelFileError: The runtime refuses the file.
    """
    import executorch.kernels.quantized  # noqa: F401 - registers the embedding kernels
    from executorch.runtime import Runtime

    try:
        loaded = Runtime.get().load_program(path).load_method(method)
    except RuntimeError as error:
        raise BadModelFileError(
            f"{path.name} does not load: {error}",
            remedy="export it again with the ExecuTorch that is installed; the lines above in the "
            "log are the runtime's own",
        ) from error

    def call(sample: "Arrays") -> "Answers":
        given = [torch.from_numpy(sample[name].copy()) for name in names]
        try:
            answers = loaded.execute(given)
        except RuntimeError as error:
            shapes = ", ".join(f"{name} {list(sample[name].shape)}" for name in names)
            raise InputsError(
                f"{path.name} refused its inputs ({shapes}): {error}",
                remedy="give sizes within the range of the signature's open axes",
            ) from error
        # Outputs lie in the runtime's own memory, which the next call writes over.
        return tuple(answer.clone().numpy() for answer in answers)

    return call
