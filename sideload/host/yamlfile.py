"""YAML as plain data with the line of every key, from files that may be hostile.

Only what JSON can also say is read: no tags, no anchors and aliases (a page of them unfolds to
gigabytes), no dates, and `no` is a text. The file is walked event by event, never recursively.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

from sideload.errors import YamlError
from sideload.host import files, neutral
from sideload.host._oserrors import shown
from sideload.host._yamltree import Refusal, Tree

LIMIT_BYTES: Final = 2**20
Place: TypeAlias = tuple[str | int, ...]
# libyaml where the wheel has it: the same events, much faster.
LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, kw_only=True)
class Document:
    """A YAML file: its data as JSON would hold it, and the line of each key and item by place."""

    path: Path
    data: Any
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int:
        """The line of the key or item at `place`, or of the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def load(path: Path) -> Document:
    """Read a YAML file that holds one document.

    Raises:
        YamlError: It is no YAML, or uses what is not read here; with its line.
        HostFileError: It cannot be read, is larger than 1 MiB, or is not UTF-8.
    """
    text = files.read_text(path, limit_bytes=LIMIT_BYTES).removeprefix("\ufeff")
    try:
        _refuse_characters(text)
        tree = Tree()
        for event in _events(text):
            tree.take(event)
    except Refusal as refusal:
        raise YamlError(
            f"{shown(path)}:{refusal.line}: {refusal.problem}", remedy=refusal.remedy
        ) from refusal
    return Document(path=path, data=tree.data, lines=tree.lines)


def _events(text: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        problem = ", ".join(part for part in (error.context, error.problem) if part)
        raise Refusal(problem, _line(error, text)) from error
    except yaml.YAMLError as error:
        raise Refusal(neutral.line(str(error).splitlines()[0]), 1) from error


def _line(error: yaml.MarkedYAMLError, text: str) -> int:
    """Where the problem is; where it is only that the file ends, what was left open."""
    mark = error.problem_mark
    if error.context_mark and (mark is None or mark.line >= text.count("\n")):
        mark = error.context_mark
    return mark.line + 1 if mark else 1


def _refuse_characters(text: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        indentation = line[: len(line) - len(line.lstrip())]
        if "\t" in indentation and line.strip():
            raise Refusal("it is indented with a tab", number, remedy="indent with spaces")
        strange = line.removesuffix("\r").replace("\t", "")
        if yaml.reader.Reader.NON_PRINTABLE.search(strange):
            raise Refusal(
                f"it holds a control character: {neutral.line(strange)[:60]}",
                number,
                remedy="remove it",
            )
