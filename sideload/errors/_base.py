"""What every failure has: a problem, what to type next, and an exit code."""

from typing import ClassVar


class SideloadError(Exception):
    """Base of every expected failure; `str(error)` is what a person reads."""

    exit_code: ClassVar[int] = 1

    def __init__(self, problem: str, *, remedy: str) -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem}\n  try: {self.remedy}"


class SomeFailedError(SideloadError):
    """Of several phones some failed; the others have what they were to have."""

    exit_code = 5
