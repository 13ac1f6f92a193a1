"""What a device printed, by section, and the two forms of line that most sections have."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from sideload.host import neutral
from sideload.platforms._facts.script import END, MARK, SECTIONS

# A device may print without end; nothing that we ask for is nearly as long.
_MOST_BYTES: Final = 4 << 20
_MOST_SHOWN: Final = 80
_PAIR: Final = re.compile(r"\s*([^:=\[\]]{1,60}?)\s*[:=]\s*(.*?)\s*")
_OF_FILE: Final = re.compile(r"(/[^:]+)/([^/:]+):(.*)")


def sections(printed: bytes) -> dict[str, list[str]]:
    """The lines of each section that was asked for, less the empty ones; no lines where it is torn.

    A section that the end of the output cut off has lost nobody knows what, so it is left out.
    """
    found: dict[str, list[str]] = {}
    for line in printed[:_MOST_BYTES].decode("utf-8", "replace").splitlines():
        if line.startswith(MARK):
            found.setdefault(line.removeprefix(MARK).strip(), [])
        elif found and line.strip():
            found[next(reversed(found))].append(line)
    if found and END not in found:
        found.popitem()
    return {name: found.get(name, []) for name in SECTIONS}


def pairs(lines: list[str]) -> dict[str, str]:
    """Lines `name: value` or `name=value`, spaces around either taken off; the first one counts."""
    table: dict[str, str] = {}
    for line in lines:
        if match := _PAIR.fullmatch(line):
            table.setdefault(match[1], match[2])
    return table


def files(lines: list[str]) -> Mapping[str, Mapping[str, str]]:
    """Lines `folder/name:text` of `grep`, as texts by name by folder, in the order they came."""
    table: dict[str, dict[str, str]] = {}
    for folder, name, text in _of_files(lines):
        table.setdefault(folder, {}).setdefault(name, text)
    return table


def _of_files(lines: list[str]) -> Iterator[tuple[str, str, str]]:
    for line in lines:
        if match := _OF_FILE.fullmatch(line):
            yield match[1], match[2], match[3].strip()


def shown(text: str) -> str:
    """A device's own word, short and harmless to show; said twice, it is the same."""
    return neutral.line(" ".join(text.split()))[:_MOST_SHOWN].rstrip()


def first(lines: list[str]) -> str:
    """The first line, as a word to show; empty where there is none."""
    return shown(lines[0]) if lines else ""
