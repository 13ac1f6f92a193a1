"""Stage 2: the same model in fewer bits; refused unless it still agrees with PyTorch."""

from sideload.stages._items import Item
from sideload.stages._lower import lowered
from sideload.stages._worker import Worker
from sideload.values import Artifact


def quantize(item: Item, worker: Worker) -> Artifact:
    """The artifact of an int8 or int4 item; its `scheme` says which way was picked.

    Raises:
        SchemeError: The precision does not fit the model, or is known to be silently wrong.
        ParityError: No scheme of that precision agrees with PyTorch.
        SourceError: The model cannot be loaded or captured.
    """
    return lowered(item, worker)
