"""Any text inside Swift source: as a string literal, in documentation, in a comment."""

from typing import Final

from sideload.languages._text import Code, Text, raw, visible

# What Swift cannot say: half a pair of surrogates is no character.
REPLACEMENT: Final = "\\u{fffd}"


def literal(text: Text | str) -> Code:
    """`text` as a string literal on one line that no content can leave, nor evaluate in it.

    A lone surrogate, which no Swift string can hold, becomes the replacement character.
    """
    return Code(f'"{"".join(map(_quoted, raw(text)))}"')


def line(text: Text | str) -> Code:
    """`text` on one line after `//` or `///`, which only a line break could end."""
    return Code(visible(text))


def _quoted(char: str) -> str:
    if char in '\\"':
        return f"\\{char}"
    if char.isprintable():
        return char
    is_surrogate = 0xD800 <= ord(char) <= 0xDFFF  # noqa: PLR2004 - Unicode's own bounds
    return REPLACEMENT if is_surrogate else f"\\u{{{ord(char):x}}}"
