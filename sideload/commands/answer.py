"""What a command has to say: one document for programs, one text for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sideload.errors import SideloadError


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The result of a command; `failures` are the errors of items that others went on without."""

    document: Mapping[str, Any]
    text: str = ""
    failures: Sequence[SideloadError] = ()
