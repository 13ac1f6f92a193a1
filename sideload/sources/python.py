"""`file.py:function`: a function without arguments that returns a model with its inputs."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from sideload.errors import SourceError
from sideload.sources import Source, _names, _siblings, _usercode, _watch
from sideload.values import Subject


class PythonFunction:
    """Executes the user's file, in the worker process only."""

    def name(self, spec: str) -> str:
        """The file's and the function's names; see the protocol."""
        file, function = _split(spec)
        return _names.safe(f"{file.stem}-{function}", spec)

    def files(self, spec: str) -> tuple[Path, ...]:
        """The file, and the files beside it that it imports, found without executing it."""
        return _siblings.imported(_split(spec)[0])

    def load(self, spec: str, *, dynamic: bool) -> Subject:
        """See the protocol; `dependencies` holds what was read and imported on the way."""
        from sideload.sources import _given

        file, name = _split(spec)
        if not file.is_file():
            raise SourceError(f"there is no file {file}", remedy="check the path before the colon")
        with _watch.reads() as read, _usercode.importing(file.parent):
            user = _usercode.function(file, name)
            given = _given.model(_usercode.result(user), user)
            subject = _given.subject(given, user, self.name(spec), dynamic=dynamic)
        return replace(subject, dependencies=tuple(sorted(read | {file})))


def _split(spec: str) -> tuple[Path, str]:
    path, _, function = spec.rpartition(":")
    return Path(path).resolve(), function


ADAPTER: Final[Source] = PythonFunction()
