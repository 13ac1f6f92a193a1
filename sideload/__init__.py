"""From training code to trusted numbers on the phone on your desk."""

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sideload.sources._model import Method, Model

__all__ = ["Method", "Model", "__version__"]
__version__: Final = "0.1.0"


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attributes are of any type
    """`sideload.Model`, imported when it is first asked for: the command line starts without it."""
    if name not in {"Method", "Model"}:
        raise AttributeError(f"module 'sideload' has no attribute {name!r}")
    return getattr(importlib.import_module("sideload.sources._model"), name)
