"""Somebody's text, and what it becomes in generated code; what all languages share."""

from dataclasses import dataclass

from sideload.errors import HostFileError


class Code(str):
    """A piece of source that a language wrote; safe to print as it is."""

    __slots__ = ()


@dataclass(frozen=True)
class Text:
    """Text from a model or a file name: it reaches a template's output only through a filter."""

    raw: str

    def __bool__(self) -> bool:
        return bool(self.raw)

    def __str__(self) -> str:
        raise HostFileError(
            "a template prints a text as it is, which could leave its place in the code",
            remedy="write {{ … | literal }}, {{ … | docstring }} or {{ … | comment }} in it",
        )


def raw(text: Text | str) -> str:
    """The characters themselves, for a filter that is about to make them safe."""
    return text.raw if isinstance(text, Text) else text


def visible(text: Text | str) -> str:
    r"""One line that shows every character: what cannot be seen is written as `\u202e`.

    That covers line breaks, controls, marks that change direction, and lone surrogates, so the
    result can be encoded and cannot end a line.
    """
    return "".join(char if char.isprintable() else escape(char) for char in raw(text))


def escape(char: str) -> str:
    r"""`\x1b`, `\u202e` or `\U000e0001`, as Python and Kotlin's tools show it."""
    code = ord(char)
    if code > 0xFFFF:  # noqa: PLR2004 - the last character that four digits can say
        return f"\\U{code:08x}"
    return f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"  # noqa: PLR2004 - two digits
