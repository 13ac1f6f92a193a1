"""The built-in demo models, one file each; a file ends with `ADAPTER: Final[Model] = …`."""

from typing import Protocol

from sideload.host import discover
from sideload.values import Subject


class Model(Protocol):
    """A model that comes with the package; called only inside a worker process."""

    def __call__(self, *, dynamic: bool) -> Subject:
        """The model in eval mode, with real data to calibrate and to evaluate on."""


def get(name: str) -> Model:
    """The built-in model of that name.

    Raises:
        UnknownAdapterError: There is no such file in this folder.
    """
    adapter: Model = discover.load("models", name)
    return adapter
