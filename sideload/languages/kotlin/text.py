"""Any text inside Kotlin source: as a string literal, in documentation, in a comment."""

import re

from sideload.languages._text import Code, Text, raw, visible


def literal(text: Text | str) -> Code:
    """`text` as a string literal on one line that no content can leave, nor evaluate in it."""
    return Code(f'"{"".join(map(_quoted, raw(text)))}"')


def documentation(text: Text | str) -> Code:
    """`text` on one line inside `/** */`: it can neither end it nor open one inside it."""
    return Code(re.sub(r"(?<=\*)(?=/)|(?<=/)(?=\*)", " ", visible(text)))


def comment(text: Text | str) -> Code:
    """`text` on one line after `//`."""
    return Code(visible(text))


def _quoted(char: str) -> str:
    if char in '\\"$':
        return f"\\{char}"
    return char if char.isprintable() else "".join(f"\\u{unit:04x}" for unit in _units(char))


def _units(char: str) -> list[int]:
    data = char.encode("utf-16-be", errors="surrogatepass")
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]
