"""Which files beside a Python file it imports, found by reading it: nothing is executed."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sideload.errors import HostFileError
from sideload.host import files

LIMIT_BYTES: Final = 10 * 2**20


def imported(file: Path) -> tuple[Path, ...]:
    """`file`, and every file of its folder that it imports, directly or through another one.

    What is imported under a computed name is not seen here; it shows when the file is executed.
    """
    found = {file: None}
    waiting = [file]
    while waiting:
        for path in _names(waiting.pop(), file.parent):
            if path not in found:
                found[path] = None
                waiting.append(path)
    return tuple(found)


def _names(file: Path, folder: Path) -> Iterator[Path]:
    try:
        tree = ast.parse(files.read_text(file, limit_bytes=LIMIT_BYTES))
    except (HostFileError, SyntaxError, ValueError, RecursionError, MemoryError):
        return  # loading it will say what is wrong
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.ImportFrom):
            prefix = [*file.parent.relative_to(folder).parts, *filter(None, [node.module])]
            modules = [".".join([*prefix, alias.name]) for alias in node.names] + [".".join(prefix)]
        else:
            continue
        for module in modules:
            yield from _files(folder, module)


def _files(folder: Path, module: str) -> Iterator[Path]:
    """A dotted name's file in `folder`, and the `__init__.py` of each package on the way."""
    parts = module.split(".")
    for count in range(1, len(parts) + 1):
        base = folder.joinpath(*parts[:count])
        for path in (base.with_name(base.name + ".py"), base / "__init__.py"):
            if path.is_file():
                yield path
