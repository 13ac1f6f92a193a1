"""What is said about a target file: places in it, and names as they are written there."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

Place: TypeAlias = tuple[str | int, ...]
Fault: TypeAlias = tuple[Place, str]
Keys: TypeAlias = Mapping[str, Any]

# Longer lists are refused as a whole.
LOOKED_AT: Final = 100
SHOWN: Final = 60


def meant(name: str, known: Sequence[str]) -> str:
    """The end of a sentence that helps on from an unknown `name`."""
    by_case = {each.casefold(): each for each in known}
    close = difflib.get_close_matches(name.casefold(), by_case, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {by_case[close[0]]!r}?"
    return f"; use one of {', '.join(sorted(known))}" if known else ""


def quoted(text: str) -> str:
    """`text` in quotes, on one line, its end left out if it is long."""
    return repr(text) if len(text) <= SHOWN else f"{text[:SHOWN]!r}…"


def texts(keys: Keys, key: str) -> list[tuple[int, str]]:
    """The texts in the list at `key`, with their places in it."""
    items = keys.get(key)
    if not isinstance(items, list):
        return []
    looked_at = enumerate(items[:LOOKED_AT])
    return [(index, item) for index, item in looked_at if isinstance(item, str)]
