"""Running a function from the user's file, with errors that point at the user's line."""

import ast
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from sideload.errors import SourceError
from sideload.host import files

LIMIT_BYTES = 10 * 2**20


@dataclass(frozen=True, kw_only=True)
class UserFunction:
    """A function without arguments in a file, and where it begins."""

    call: Callable[[], Any]
    name: str
    file: Path
    line: int

    @property
    def place(self) -> str:
        """As people and editors write it: `net.py:12: build()`."""
        return f"{self.file.name}:{self.line}: {self.name}()"


@contextmanager
def importing(folder: Path) -> Iterator[None]:
    """Let imports find the files beside the user's, as when Python runs that file."""
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def function(file: Path, name: str) -> UserFunction:
    """The function of that name, after executing its file.

    Raises:
        SourceError: The file does not parse, raises, or has no such function.
        HostFileError: It cannot be read.
    """
    text = files.read_text(file, limit_bytes=LIMIT_BYTES)
    module = _executed(file, text)
    found = vars(module).get(name)
    if not callable(found):
        defined = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
        raise SourceError(
            f"{file.name} has no function called {name!r}",
            remedy=f"name one of its functions: {', '.join(defined) or 'it has none yet'}",
        )
    line = getattr(getattr(found, "__code__", None), "co_firstlineno", 1)
    made = UserFunction(call=found, name=name, file=file, line=line)
    _refuse_arguments(made)
    return made


def result(user: UserFunction) -> Any:  # noqa: ANN401 - users return what they like
    """What the function returns.

    Raises:
        SourceError: It raised; the message shows the line.
    """
    try:
        return user.call()
    except (Exception, SystemExit) as error:
        raise failed(f"{user.name}() raised", error, user.file) from error


def failed(what: str, error: BaseException, file: Path) -> SourceError:
    """An error that shows the deepest line of the user's own files that led to it."""
    frames = traceback.extract_tb(error.__traceback__)
    folder = str(file.parent)
    own = [frame for frame in frames if frame.filename.startswith(folder)]
    at = f"\n  at {own[-1].filename}:{own[-1].lineno}: {own[-1].line}" if own else ""
    remedy = (
        f"run `python {file.name}` in its folder and mend what it shows"
        if file.suffix == ".py"
        else "write a function that returns the model with inputs that it takes: file.py:function"
    )
    return SourceError(f"{what} {_said(error)}{at}", remedy=remedy)


def _said(error: BaseException) -> str:
    """The kind of error and the first lines of its text, which may be very long."""
    text = "\n".join(str(error).strip().splitlines()[:6])[:800]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _executed(file: Path, text: str) -> ModuleType:
    """A module made from the file, registered so that dataclasses in it work."""
    name = f"sideload_user_{file.stem}"
    spec = importlib.util.spec_from_loader(name, loader=None, origin=str(file))
    if spec is None:  # pragma: no cover - only a loader can refuse
        raise SourceError(f"{file.name} cannot be imported", remedy="rename it to letters and .py")
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(file)
    sys.modules[name] = module
    try:
        exec(compile(text, str(file), "exec"), vars(module))  # noqa: S102 - the user's own file
    except SyntaxError as error:
        where = f"{Path(error.filename or file).name}:{error.lineno}"
        raise SourceError(
            f"{where} is not Python: {error.msg}: {(error.text or '').strip()}",
            remedy=f"mend that line; `python {file.name}` shows it too",
        ) from error
    except ValueError as error:  # a null byte, or a depth that the parser refuses
        raise failed(f"{file.name} cannot be read as Python:", error, file) from error
    except (Exception, SystemExit) as error:
        raise failed(f"{file.name} raised while it was imported:", error, file) from error
    return module


def _refuse_arguments(user: UserFunction) -> None:
    """Raise where the function cannot be called without arguments."""
    try:
        parameters = inspect.signature(user.call).parameters.values()
    except (TypeError, ValueError):  # built in, so without a signature: the call will tell
        return
    optional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    needed = [
        one.name for one in parameters if one.default is one.empty and one.kind not in optional
    ]
    if needed:
        raise SourceError(
            f"{user.place} wants {', '.join(needed)}, and is called without arguments",
            remedy=f"give {', '.join(needed)} a default, or write a function that calls it",
        )
