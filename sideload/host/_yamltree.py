"""Plain data built from YAML events: a stack of open mappings and lists instead of recursion."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import yaml

DEPTH_LIMIT: Final = 50
SHOWN: Final = 40
WORDS: Final[Mapping[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
INTEGER: Final = re.compile(r"[-+]?[0-9]{1,400}")
FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
Place: TypeAlias = tuple[str | int, ...]


class Refusal(Exception):  # noqa: N818 - it becomes a YamlError as soon as the path is known
    """A line that is not read, why not, and what to type instead."""

    def __init__(self, problem: str, line: int, *, remedy: str = "correct that line") -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line
        self.remedy = remedy


@dataclass
class _Open:
    """A mapping or list whose end has not come yet."""

    data: dict[str, Any] | list[Any]
    place: Place
    key: str | None = None


@dataclass
class Tree:
    """The one document, as far as its events have come."""

    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    _stack: list[_Open] = field(default_factory=list)
    _documents: int = 0

    def take(self, event: yaml.Event) -> None:
        """Add what one event says.

        Raises:
            Refusal: It is something that is not read here.
        """
        mark = event.start_mark
        line = mark.line + 1 if mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._start_document(line)
        elif isinstance(event, yaml.NodeEvent):
            _refuse_cleverness(event, line)
            self._take_node(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._stack.pop()

    def _start_document(self, line: int) -> None:
        self._documents += 1
        if self._documents > 1:
            raise Refusal("a second document starts here", line, remedy="one document a file")

    def _take_node(self, event: yaml.NodeEvent, line: int) -> None:
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.data, dict) and top.key is None:
            self._take_key(top, event, line)
        elif isinstance(event, yaml.ScalarEvent):
            self._add(_scalar(event), line)
        else:
            self._open({} if isinstance(event, yaml.MappingStartEvent) else [], line)

    def _open(self, data: dict[str, Any] | list[Any], line: int) -> None:
        if len(self._stack) >= DEPTH_LIMIT:
            raise Refusal(f"it is nested deeper than {DEPTH_LIMIT} levels", line)
        place = self._add(data, line)
        self._stack.append(_Open(data, place))

    def _take_key(self, top: _Open, event: yaml.NodeEvent, line: int) -> None:
        key = _scalar(event) if isinstance(event, yaml.ScalarEvent) else None
        if not isinstance(key, str):
            raise Refusal("a key must be a text", line, remedy="quote it")
        if (*top.place, key) in self.lines:
            first = self.lines[(*top.place, key)]
            raise Refusal(f"the key {key[:SHOWN]!r} is already on line {first}", line)
        top.key = key
        self.lines[(*top.place, key)] = line

    def _add(self, value: Any, line: int) -> Place:  # noqa: ANN401 - whatever YAML holds
        place: Place = ()
        if not self._stack:
            self.data = value
        else:
            top = self._stack[-1]
            if isinstance(top.data, list):
                place = (*top.place, len(top.data))
                top.data.append(value)
            elif top.key is not None:
                place = (*top.place, top.key)
                top.data[top.key], top.key = value, None
        self.lines.setdefault(place, line)
        return place


def _refuse_cleverness(event: yaml.NodeEvent, line: int) -> None:
    if event.anchor is not None:
        sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
        raise Refusal(
            f"anchors and aliases are not read: {sign}{event.anchor[:SHOWN]}",
            line,
            remedy="write the value out, or quote a text that starts with & or *",
        )
    tag = getattr(event, "tag", None)
    if tag is not None:
        raise Refusal(
            f"tags are not read: {tag[:SHOWN]}",
            line,
            remedy="remove the tag, or quote a text that starts with !",
        )


def _scalar(event: yaml.ScalarEvent) -> str | int | float | bool | None:
    text: str = event.value
    if event.style:
        return text
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    if FLOAT.fullmatch(text):
        return float(text)
    return text
