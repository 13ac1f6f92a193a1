"""Which files a piece of the user's code reads, so that a changed one means exporting again."""

import os
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sideload.host import places

SYSTEM: Final = ("/proc", "/sys", "/dev", "/etc", "/usr")
INSTALLED: Final = tuple(
    {
        os.path.realpath(path)
        for path in (*sysconfig.get_paths().values(), sys.prefix, str(places.PACKAGE))
    }
)


class _Watcher:
    """Python's audit events, of which one process keeps its hooks for good: so one, switched."""

    def __init__(self) -> None:
        self.opened: set[Path] | None = None
        self.installed = False

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        if self.opened is None or event != "open":
            return
        path, _, flags = args
        reads = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR) == 0
        if reads and isinstance(path, str | bytes):
            self.opened.add(Path(os.fsdecode(path)).absolute())


_watcher: Final = _Watcher()


@contextmanager
def reads() -> Iterator[set[Path]]:
    """Collect the user's own files that are read or imported inside; filled in at the end.

    What other languages open by themselves is not seen, such as weights that safetensors maps: so
    the weights beside a `config.json` that was read are counted too.
    """
    if not _watcher.installed:
        sys.addaudithook(_watcher)
        _watcher.installed = True
    found: set[Path] = set()
    before = set(sys.modules)
    started_ns = time.time_ns()
    _watcher.opened = set()
    try:
        yield found
    finally:
        opened = _watcher.opened
        _watcher.opened = None
        found |= {path.resolve() for path in opened | _imported(before) if _own(path, started_ns)}
        for config in [path for path in found if path.name == "config.json"]:
            found |= {path.resolve() for path in config.parent.glob("*.safetensors")}


def _imported(before: set[str]) -> set[Path]:
    """Files of modules that are new; their source may not have been opened, but its cache."""
    new = [module for name, module in sys.modules.items() if name not in before]
    files = [getattr(module, "__file__", None) for module in new]
    return {Path(file) for file in files if isinstance(file, str)}


def _own(path: Path, started_ns: int) -> bool:
    """Whether a file is the user's, and older than what runs.

    What is installed, the system's, compiled, or written on the way decides nothing.
    """
    real = os.path.realpath(path)
    return (
        not any(real.startswith(folder + os.sep) for folder in (*INSTALLED, *SYSTEM))
        and path.suffix != ".pyc"
        and Path(real).is_file()
        and Path(real).stat().st_mtime_ns <= started_ns
    )
