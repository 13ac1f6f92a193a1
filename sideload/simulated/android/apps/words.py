"""What the phone's programs are told, and how they answer."""

import sys
from collections.abc import Sequence
from typing import Final

_WITH_VALUE: Final = frozenset({"-S", "--user", "-i", "--abi", "--install-location"})


def parted(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Options, some with a value, and the rest."""
    options: dict[str, str] = {}
    names = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word in _WITH_VALUE and left:
            options[word] = left.pop(0)
        elif word.startswith("-") and word != "-":
            options[word] = ""
        else:
            names.append(word)
    return options, names


def say(text: str, code: int = 0) -> int:
    """A line on stdout, seen at once by whoever reads along; the exit code."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
    return code


def complain(text: str, code: int = 1) -> int:
    """A line on stderr; the exit code."""
    sys.stderr.write(f"{text}\n")
    return code


def failed(why: str) -> int:
    """How `pm` refuses; the exit code."""
    return say(f"Failure [{why}]", 1)
