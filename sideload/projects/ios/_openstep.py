"""Property lists of the old kind, each value with where it stands, so that text can be put between.

Xcode's project files are of this kind. No library keeps the places, and without them a file can be
changed only by writing all of it again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from sideload.errors import ProjectError

# Xcode's own go six deep; a file that goes deeper than Python can follow is no project.
DEEPEST: Final = 64
TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r\n\f\v\u2028\u2029]+)
    |(?P<comment>/\*.*?\*/|//[^\r\n]*)
    |(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<bare>(?:[A-Za-z0-9_.$:+~@-]|/(?![/*]))+)
    |(?P<data><[0-9A-Fa-f\s]*>)
    |(?P<mark>[{}()=;,])""",
    re.DOTALL | re.VERBOSE,
)
ESCAPE: Final = re.compile(r"\\([0-7]{1,3}|U[0-9A-Fa-f]{4}|.)", re.DOTALL)
ESCAPED: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


@dataclass(frozen=True, kw_only=True)
class Text:
    """A string, without its quotes; `start` and `end` are places in the file, quotes included."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Items:
    """A list; `end` is behind its closing bracket."""

    items: tuple["Value", ...]
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One entry of a table; `end` is behind its semicolon."""

    key: Text
    value: "Value"
    end: int


@dataclass(frozen=True, kw_only=True)
class Table:
    """A dictionary, in the order of the file; `end` is behind its closing brace."""

    pairs: tuple[Pair, ...]
    start: int
    end: int

    def get(self, key: str) -> "Value | None":
        """The value of `key`; the last one, where it stands there twice."""
        return next((pair.value for pair in reversed(self.pairs) if pair.key.value == key), None)


Value: TypeAlias = Text | Items | Table


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What stands between `/*` and `*/`, and where."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class File:
    """A whole file, and the comments in it."""

    root: Table
    comments: tuple[Comment, ...]


def parse(text: str, name: str) -> File:
    """What `text` holds; `name` is how a fault calls the file.

    Raises:
        ProjectError: It is not a property list of this kind; with the line.
    """
    return _Reader(text, name).file()


def line_of(text: str, place: int) -> int:
    """The number of the line that `place` is in, from 1."""
    return text.count("\n", 0, place) + 1


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name
        self._comments: list[Comment] = []
        self._tokens = self._read()
        self._next = next(self._tokens)

    def file(self) -> File:
        root = self._value(0)
        if not isinstance(root, Table) or self._next.kind != "end":
            raise self._fault(self._next.start, "a project is one table")
        return File(root=root, comments=tuple(self._comments))

    def _read(self) -> Iterator[_Token]:
        place = 1 if self._text.startswith("\ufeff") else 0
        while place < len(self._text):
            found = TOKEN.match(self._text, place)
            if found is None:
                raise self._fault(place, f"nothing begins with {self._text[place]!a} here")
            kind = str(found.lastgroup)
            if kind == "comment":
                said = found[0][2:].removesuffix("*/").strip()
                self._comments.append(Comment(text=said, start=place, end=found.end()))
            elif kind != "space":
                yield _Token(kind=kind, text=found[0], start=place, end=found.end())
            place = found.end()
        yield _Token(kind="end", text="the end", start=place, end=place)

    def _take(self) -> _Token:
        taken = self._next
        if taken.kind != "end":
            self._next = next(self._tokens)
        return taken

    def _expect(self, mark: str) -> _Token:
        taken = self._take()
        if taken.text != mark or taken.kind != "mark":
            raise self._fault(taken.start, f"{mark} should stand here, and there is {taken.text!a}")
        return taken

    def _value(self, depth: int) -> Value:
        if depth > DEEPEST:
            raise self._fault(self._next.start, f"it is more than {DEEPEST} deep")
        if self._next.text == "{":
            return self._table(depth)
        if self._next.text == "(":
            return self._items(depth)
        return self._string()

    def _string(self) -> Text:
        taken = self._take()
        if taken.kind not in {"quoted", "bare", "data"}:
            raise self._fault(taken.start, f"no value begins with {taken.text!a}")
        value = _unquoted(taken.text) if taken.kind == "quoted" else taken.text
        return Text(value=value, start=taken.start, end=taken.end)

    def _items(self, depth: int) -> Items:
        start = self._expect("(").start
        items: list[Value] = []
        while self._next.text != ")":
            items.append(self._value(depth + 1))
            if self._next.text != ")":
                self._expect(",")
        return Items(items=tuple(items), start=start, end=self._expect(")").end)

    def _table(self, depth: int) -> Table:
        start = self._expect("{").start
        pairs: list[Pair] = []
        while self._next.text != "}":
            key = self._string()
            self._expect("=")
            value = self._value(depth + 1)
            pairs.append(Pair(key=key, value=value, end=self._expect(";").end))
        return Table(pairs=tuple(pairs), start=start, end=self._expect("}").end)

    def _fault(self, place: int, what: str) -> ProjectError:
        line = line_of(self._text, place)
        return ProjectError(
            f"{self._name}:{line} cannot be read: {what}",
            remedy="open the project in Xcode, which mends or explains it, and resolve any merge",
        )


def _unquoted(text: str) -> str:
    return ESCAPE.sub(lambda found: _escaped(found[1]), text[1:-1])


def _escaped(code: str) -> str:
    if code[0] in "01234567":
        return chr(int(code, 8))
    if code[0] == "U" and len(code) > 1:
        return chr(int(code[1:], 16))
    return ESCAPED.get(code, code)
