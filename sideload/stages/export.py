"""Stage 1: a model becomes a file that a runtime can load, proven against PyTorch."""

from sideload.stages._items import Item
from sideload.stages._lower import lowered
from sideload.stages._worker import Worker
from sideload.values import Artifact


def export(item: Item, worker: Worker) -> Artifact:
    """The artifact of a floating-point item; unchanged inputs give the one that is there.

    Raises:
        SourceError: The model cannot be loaded or captured.
        DelegationError: A convolution or matrix product would run on slow kernels.
        ParityError: The file does not compute what PyTorch computes.
        ArtifactCheckError: The file does not pass its format's checker.
    """
    return lowered(item, worker)
