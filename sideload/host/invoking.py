"""Invoke without what it imports for tests of tasks alone, which takes as long as all of the rest.

`invoke.context` takes `Mock` from `unittest.mock`, for a class that no command makes, and asyncio
comes along. Here it gets another class of that name; who imports the module later gets its own.
"""

import gc
import importlib
import sys
from types import ModuleType
from typing import Final

MODULE: Final = "unittest.mock"
# What is imported stays until the command ends. To look for garbage in it every 700 objects, as
# Python does by itself, takes a tenth of the time that a short command has.
GARBAGE_AFTER: Final = 50_000


class Mock:
    """Stands where Invoke wants the class of that name; nothing ever makes one."""


def _light() -> None:
    """Import Invoke's contexts, if nobody has yet; then everything is as it was before."""
    if MODULE in sys.modules or "invoke.context" in sys.modules:
        return
    stand_in = ModuleType(MODULE)
    vars(stand_in)["Mock"] = Mock
    sys.modules[MODULE] = stand_in
    try:
        importlib.import_module("invoke.context")
    finally:
        del sys.modules[MODULE]


gc.set_threshold(GARBAGE_AFTER)
_light()

from invoke.exceptions import Exit, ParseError  # noqa: E402 - only now
from invoke.program import Program  # noqa: E402

__all__ = ["Exit", "ParseError", "Program"]
