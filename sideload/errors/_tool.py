"""A program or package is missing or failed: exit code 4."""

from collections.abc import Sequence

from sideload.errors._base import SideloadError


class ToolError(SideloadError):
    """A program or package is missing or failed."""

    exit_code = 4


class MissingToolError(ToolError):
    """A program is not installed."""


class MissingPackageError(ToolError):
    """A Python package is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"the Python package {package!r} is not installed",
            remedy=f"pip install 'sideload[{extra}]'",
        )


class MissingLibraryError(ToolError):
    """A library that goes into an app is nowhere to be found; the remedy says where to put it."""


class ToolFailedError(ToolError):
    """A program ended with an error."""

    def __init__(self, argv: Sequence[str], output: str, *, remedy: str) -> None:
        super().__init__(f"{argv[0]} failed: {output.strip()[-2000:]}", remedy=remedy)
        self.argv = tuple(argv)


class WorkerCrashError(ToolError):
    """The child process that exports died; the message holds the end of its stderr."""
